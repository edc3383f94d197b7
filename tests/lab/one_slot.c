/* A PC/SC reader with one slot, made of vsmartcard's vpcd, which always has two.
 *
 * pcscd loads one copy of this file per reader (vpcd keeps its connections in globals); beside the copy FILE.so stands
 * a copy of vpcd's driver, FILE.so.vpcd, that does the work.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <ifdhandler.h>
#include <limits.h>
#include <stdio.h>

static void *vpcd(const char *name)
{
    static void *driver;
    if (!driver) {
        Dl_info here;
        char path[PATH_MAX];
        dladdr((void *) vpcd, &here);
        snprintf(path, sizeof path, "%s.vpcd", here.dli_fname);
        driver = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    }
    return driver ? dlsym(driver, name) : NULL;
}

#define FORWARD(name, parameters, arguments)                                    \
    RESPONSECODE name parameters                                                \
    {                                                                           \
        RESPONSECODE (*real) parameters = vpcd(#name);                          \
        return real ? real arguments : IFD_COMMUNICATION_ERROR;                 \
    }

FORWARD(IFDHCreateChannel, (DWORD lun, DWORD channel), (lun, channel))
FORWARD(IFDHCreateChannelByName, (DWORD lun, LPSTR device), (lun, device))
FORWARD(IFDHCloseChannel, (DWORD lun), (lun))
FORWARD(IFDHSetCapabilities, (DWORD lun, DWORD tag, DWORD length, PUCHAR value), (lun, tag, length, value))
FORWARD(IFDHSetProtocolParameters, (DWORD lun, DWORD protocol, UCHAR flags, UCHAR pts1, UCHAR pts2, UCHAR pts3),
        (lun, protocol, flags, pts1, pts2, pts3))
FORWARD(IFDHPowerICC, (DWORD lun, DWORD action, PUCHAR atr, PDWORD length), (lun, action, atr, length))
FORWARD(IFDHICCPresence, (DWORD lun), (lun))
FORWARD(IFDHTransmitToICC,
        (DWORD lun, SCARD_IO_HEADER send, PUCHAR command, DWORD size, PUCHAR answer, PDWORD length,
         PSCARD_IO_HEADER receive),
        (lun, send, command, size, answer, length, receive))
FORWARD(IFDHControl, (DWORD lun, DWORD code, PUCHAR in, DWORD size, PUCHAR out, DWORD room, LPDWORD length),
        (lun, code, in, size, out, room, length))

RESPONSECODE IFDHGetCapabilities(DWORD lun, DWORD tag, PDWORD length, PUCHAR value)
{
    RESPONSECODE (*real)(DWORD, DWORD, PDWORD, PUCHAR) = vpcd("IFDHGetCapabilities");
    if (!real)
        return IFD_COMMUNICATION_ERROR;
    RESPONSECODE code = real(lun, tag, length, value);
    if (tag == TAG_IFD_SLOTS_NUMBER && code == IFD_SUCCESS)
        *value = 1;
    return code;
}
