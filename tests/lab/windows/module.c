/* A PKCS#11 module for Windows, broken as its own file name says: FAULT-load.dll, FAULT-C_Initialize.dll with FAULT one
 * of crash, hang, exit, no, beep (a hard error of the kind that opens a box), or good.dll. It has one slot with no token.
 *
 * Structures are packed and CK_ULONG has 32 bits (PKCS#11 v2.40 section 2.1.2).
 */
#include <windows.h>
#include <string.h>
#include <wchar.h>

#ifdef NEEDS
__declspec(dllimport) int needed(void);
int uses(void) { return needed(); }
#endif

typedef ULONG(*function)(void);
#pragma pack(push, 1)
typedef struct { BYTE version[2]; function functions[68]; } list;
typedef struct { BYTE cryptoki[2]; char maker[32]; ULONG flags; char library[32]; BYTE number[2]; } info;
typedef struct { char description[64], maker[32]; ULONG flags; BYTE versions[4]; } slot_info;
#pragma pack(pop)

static list mine;
static WCHAR fault[64], victim[64];

static void act(const WCHAR *call)
{
    if (wcscmp(call, victim))
        return;
    if (!wcscmp(fault, L"crash"))
        *(volatile int *) 8 = 1;
    if (!wcscmp(fault, L"hang"))
        Sleep(INFINITE);
    if (!wcscmp(fault, L"exit"))
        ExitProcess(3);
    if (!wcscmp(fault, L"beep")) { /* a library that is for another processor: a box, unless no box is wanted */
        if (!(GetErrorMode() & SEM_FAILCRITICALERRORS))
            ExitProcess(9);
        LoadLibraryW(L"Z:\\proc\\version");
    }
}

static void pad(char *field, size_t size, const char *text)
{
    memset(field, ' ', size);
    memcpy(field, text, strlen(text));
}

static ULONG initialize(void *arguments)
{
    act(L"C_Initialize");
    return 0;
}

static ULONG finalize(void *reserved) { return 0; }

static ULONG get_info(info *out)
{
    memset(out, 0, sizeof *out);
    out->cryptoki[0] = 2;
    out->cryptoki[1] = 40;
    out->number[0] = 1;
    out->number[1] = 7;
    pad(out->maker, 32, "Laboratorio");
    pad(out->library, 32, "Invento");
    return 0;
}

static ULONG get_slot_list(BYTE full, ULONG *out, ULONG *count)
{
    if (!full && out)
        *out = 0;
    *count = full ? 0 : 1;
    return 0;
}

static ULONG get_slot_info(ULONG slot, slot_info *out)
{
    memset(out, 0, sizeof *out);
    pad(out->description, 64, "Leitor do laboratorio");
    return 0;
}

static ULONG unsupported(void) { return 0x54; }

#ifndef HIDDEN
__declspec(dllexport)
#endif
ULONG C_GetFunctionList(list **out)
{
    for (int i = 0; i < 68; i++)
        mine.functions[i] = unsupported;
    mine.version[0] = 2;
    mine.version[1] = 40;
    mine.functions[0] = (function) initialize;
    mine.functions[1] = (function) finalize;
    mine.functions[2] = (function) get_info;
    mine.functions[4] = (function) get_slot_list;
    mine.functions[5] = (function) get_slot_info;
    *out = &mine;
    return 0;
}

BOOL WINAPI DllMain(HINSTANCE self, DWORD reason, void *reserved)
{
    WCHAR path[1024], *name, *dash;
    if (reason != DLL_PROCESS_ATTACH)
        return TRUE;
    GetModuleFileNameW(self, path, 1024);
    name = wcsrchr(path, L'\\') + 1;
    if (!(dash = wcschr(name, L'-')))
        return TRUE;
    *dash = 0;
    wcsncpy(fault, name, 63);
    wcsncpy(victim, dash + 1, 63);
    if (wcsrchr(victim, L'.'))
        *wcsrchr(victim, L'.') = 0;
    act(L"load");
    return wcscmp(fault, L"no") || wcscmp(victim, L"load");
}
