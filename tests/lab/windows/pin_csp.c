/* A CSP with a PIN, as a card's: the rest is Wine's rsaenh. It notes each PIN that comes, and may
 * hang or crash. A3CSP_LOG: the file of its notes. A3CSP_MODE: "" (the right PIN is 246810), "own"
 * (wants a window of its own), "hang" or "crash" (when it signs).
 */
#include <windows.h>
#include <wincrypt.h>
#include <stdlib.h>
#include <string.h>

#define PIN "246810"
#define NAME "Microsoft Enhanced RSA and AES Cryptographic Provider" /* by it rsaenh knows SHA-2 */

struct provider {
    DWORD version;
    FARPROC verify_image, window;
    DWORD type;
    BYTE *context;
    DWORD context_size;
    LPSTR name;
}; /* VTableProvStruc of cspdk.h, which mingw-w64 lacks */

static BOOL accepted;

static void note(const char *what, const char *text)
{
    char line[300];
    DWORD written;
    HANDLE file = CreateFileA(getenv("A3CSP_LOG"), FILE_APPEND_DATA, FILE_SHARE_READ, 0,
                              OPEN_ALWAYS, 0, 0);
    if (file == INVALID_HANDLE_VALUE)
        return;
    lstrcpynA(line, what, 100);
    lstrcpynA(line + lstrlenA(line), text, 100);
    lstrcatA(line, "\n");
    WriteFile(file, line, lstrlenA(line), &written, 0);
    CloseHandle(file);
}

static BOOL is(const char *mode)
{
    const char *wanted = getenv("A3CSP_MODE");
    return wanted && !strcmp(wanted, mode);
}

static BOOL refuse(DWORD code)
{
    SetLastError(code);
    return FALSE;
}

static FARPROC theirs(const char *function)
{
    return GetProcAddress(LoadLibraryA("rsaenh.dll"), function);
}

__declspec(dllexport) BOOL WINAPI CPAcquireContext(HCRYPTPROV *provider, LPSTR container,
                                                   DWORD flags, struct provider *about)
{
    BOOL (WINAPI *acquire)(HCRYPTPROV *, LPSTR, DWORD, struct provider *);
    struct provider renamed = *about;
    renamed.name = NAME;
    *(FARPROC *)&acquire = theirs("CPAcquireContext");
    return acquire(provider, container, flags, &renamed);
}

__declspec(dllexport) BOOL WINAPI CPSetProvParam(HCRYPTPROV provider, DWORD param, BYTE *data,
                                                 DWORD flags)
{
    (void)provider;
    (void)flags;
    if (param != PP_KEYEXCHANGE_PIN && param != PP_SIGNATURE_PIN)
        return refuse(NTE_BAD_TYPE);
    note(param == PP_KEYEXCHANGE_PIN ? "exchange PIN " : "signature PIN ", (char *)data);
    if (is("own"))
        return refuse(NTE_BAD_TYPE);
    accepted = !strcmp((char *)data, PIN);
    return TRUE; /* a card is asked when it signs */
}

__declspec(dllexport) BOOL WINAPI CPSignHash(HCRYPTPROV provider, HCRYPTHASH hash, DWORD spec,
                                             LPCWSTR description, DWORD flags, BYTE *signature,
                                             DWORD *size)
{
    BOOL (WINAPI *sign)(HCRYPTPROV, HCRYPTHASH, DWORD, LPCWSTR, DWORD, BYTE *, DWORD *);
    note("sign", "");
    if (is("hang"))
        Sleep(INFINITE);
    if (is("crash"))
        *(volatile int *)0 = 0;
    if (is("own"))
        return refuse(NTE_SILENT_CONTEXT);
    if (!accepted)
        return refuse(SCARD_W_WRONG_CHV);
    *(FARPROC *)&sign = theirs("CPSignHash");
    return sign(provider, hash, spec, description, flags, signature, size);
}
