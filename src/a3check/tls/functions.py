"""Which OpenSSL functions does a3check call, with which types and numbers?

One line a function: name, result, arguments, after OpenSSL 3.0's headers. Letters: v void, i int,
l long, n unsigned int, u unsigned long, q uint64_t, t time_t, z size_t, p any pointer,
s const char *, and the places for results P void **, Z size_t *, I int *.
"""

CRYPTO = """
OpenSSL_version                  s i
OpenSSL_version_num              u
ERR_get_error                    u
ERR_clear_error                  v
ERR_error_string_n               v upz
OSSL_LIB_CTX_new                 p
OSSL_PROVIDER_add_builtin        i psp
OSSL_PROVIDER_load               p ps
EVP_set_default_properties       i ps
EVP_PKEY_CTX_new_from_name       p pss
EVP_PKEY_CTX_free                v p
EVP_PKEY_fromdata_init           i p
EVP_PKEY_fromdata                i pPip
EVP_PKEY_free                    v p
X509_new_ex                      p ps
d2i_X509                         p PPl
i2d_X509                         i pp
X509_free                        v p
d2i_X509_NAME                    p PPl
X509_NAME_free                   v p
X509_NAME_print_ex               i ppiu
X509_verify_cert_error_string    s l
X509_STORE_add_cert              i pp
X509_STORE_CTX_get_error         i p
X509_STORE_CTX_get_error_depth   i p
X509_VERIFY_PARAM_set1_ip_asc    i ps
X509_VERIFY_PARAM_set_hostflags  v pn
X509_VERIFY_PARAM_set_flags      i pu
X509_VERIFY_PARAM_set_time       v pt
OPENSSL_sk_num                   i p
OPENSSL_sk_value                 p pi
BIO_s_mem                        p
BIO_new                          p p
BIO_free                         i p
BIO_read                         i ppi
BIO_write                        i psi
BIO_ctrl                         l pilp
BIO_ctrl_pending                 z p
"""

SSL = """
TLS_client_method                p
SSL_CTX_new_ex                   p psp
SSL_CTX_free                     v p
SSL_CTX_ctrl                     l pilp
SSL_CTX_set_options              q pq
SSL_CTX_set_verify               v pip
SSL_CTX_get_cert_store           p p
SSL_CTX_set_default_verify_paths i p
SSL_CTX_load_verify_locations    i pss
SSL_CTX_use_certificate          i pp
SSL_CTX_use_PrivateKey           i pp
SSL_CTX_set_msg_callback         v pp
SSL_new                          p p
SSL_free                         v p
SSL_ctrl                         l pilp
SSL_set_bio                      v ppp
SSL_set_connect_state            v p
SSL_set1_host                    i ps
SSL_get0_param                   p p
SSL_get_security_level           i p
SSL_set_security_level           v pi
SSL_set_post_handshake_auth      v pi
SSL_do_handshake                 i p
SSL_read                         i ppi
SSL_write                        i psi
SSL_shutdown                     i p
SSL_get_error                    i pi
SSL_get_version                  s p
SSL_get_current_cipher           p p
SSL_CIPHER_get_name              s p
SSL_get0_verified_chain          p p
"""

# openssl/ssl.h, tls1.h: commands of SSL_CTX_ctrl and SSL_ctrl
CTRL_SESSION_CACHE = 44
CTRL_MAX_CERT_LIST = 51
CTRL_SERVER_NAME = 55
CTRL_CHAIN_CERT = 89
CTRL_GROUPS_LIST = 92
CTRL_CLIENT_SIGALGS_LIST = 102
CTRL_MIN_VERSION = 123
CTRL_MAX_VERSION = 124
# openssl/bio.h
BIO_EMPTY_MEANS_RETRY = 130
# openssl/ssl.h: options, verify modes, answers of SSL_get_error
OP_NO_TICKET = 1 << 14
VERIFY_NONE = 0
VERIFY_PEER = 1
ERROR_SSL = 1
ERROR_WANT_READ = 2
ERROR_WANT_WRITE = 3
ERROR_SYSCALL = 5
ERROR_ZERO_RETURN = 6
# openssl/x509_vfy.h, x509v3.h
FLAG_NO_CHECK_TIME = 0x200000
HOST_NO_PARTIAL_WILDCARDS = 4
# openssl/x509.h: XN_FLAG_RFC2253 without ASN1_STRFLGS_ESC_MSB, so that accents stay readable
NAME_AS_TEXT = 0x1110317 & ~4
# openssl/evp.h: the selection of a whole key pair
KEYPAIR = 0x87
PRIVATE = 0x01
VERSIONS = {"TLSv1": 0x0301, "TLSv1.1": 0x0302, "TLSv1.2": 0x0303, "TLSv1.3": 0x0304}
