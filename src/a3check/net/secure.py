"""TLS over a connected socket, closed whatever happens."""

import socket
import ssl


def secured(context: ssl.SSLContext, sock: socket.socket, host: str) -> ssl.SSLSocket:
    """Shake hands and return the secured socket; ``sock`` is used up in every case.

    Raises ``OSError``. CPython forgets to close its new socket where the peer
    has already reset the connection (``SSLSocket._create``), so that is asked first.
    """
    try:
        sock.getpeername()
    except OSError:
        sock.close()
        raise
    return context.wrap_socket(sock, server_hostname=host)
