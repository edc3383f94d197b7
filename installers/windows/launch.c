/* Starts the private Python in runtime\ with a3check in it. Built twice: a3check.exe for the terminal and the probes,
 * a3check-janela.exe for the window. Everything is reached by its absolute path and as UTF-16, so that the program works
 * below C:\Usuários\José and below names that no code page of this Windows knows. */
#include <windows.h>
#include <shellapi.h>
#include <wchar.h>

#define LONGEST 32768
#define DEFECT 70 /* EX_SOFTWARE, as a3check's own */

typedef int (*python_main)(int, wchar_t **);

static int fail(const wchar_t *what)
{
    static wchar_t text[LONGEST];
    _snwprintf(text, LONGEST - 1, L"O a3check n\u00e3o p\u00f4de come\u00e7ar: %ls (%lu).\n\n"
        L"Instale-o outra vez; o que j\u00e1 foi testado continua guardado.", what, GetLastError());
#ifdef CONSOLE
    DWORD written;
    HANDLE error = GetStdHandle(STD_ERROR_HANDLE);
    if (!WriteConsoleW(error, text, (DWORD)wcslen(text), &written, NULL)) {
        static char bytes[LONGEST];
        int length = WideCharToMultiByte(CP_UTF8, 0, text, -1, bytes, LONGEST, NULL, NULL);
        WriteFile(error, bytes, length > 0 ? length - 1 : 0, &written, NULL);
    }
#else
    MessageBoxW(NULL, text, L"a3check", MB_ICONERROR | MB_SETFOREGROUND);
#endif
    return DEFECT;
}

#ifndef CONSOLE
/* A window's process may inherit handles that lead nowhere; Python ends at once on those. */
static void open_standard_handles(void)
{
    static const DWORD which[3] = {STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, STD_ERROR_HANDLE};
    SECURITY_ATTRIBUTES inherited = {sizeof inherited, NULL, TRUE};
    for (int i = 0; i < 3; i++)
        SetStdHandle(which[i], CreateFileW(L"NUL", i ? GENERIC_WRITE : GENERIC_READ,
            FILE_SHARE_READ | FILE_SHARE_WRITE, &inherited, OPEN_EXISTING, 0, NULL));
}
#endif

static int run(void)
{
    static wchar_t path[LONGEST];
    DWORD length = GetModuleFileNameW(NULL, path, LONGEST - 40);
    wchar_t *name = wcsrchr(path, L'\\');
    int argc;
    wchar_t **argv = CommandLineToArgvW(GetCommandLineW(), &argc);
    if (!length || length >= LONGEST - 40 || !name || !argv)
        return fail(L"a3check.exe");

    /* No DLL from the working folder. A driver's DLLs may need PATH, so a probe keeps the rest of Windows' search. */
    SetDllDirectoryW(L"");
    if (argc < 2 || wcscmp(argv[1], L"--probe"))
        SetDefaultDllDirectories(LOAD_LIBRARY_SEARCH_DEFAULT_DIRS);

    /* Where Python's and Qt's extensions find the C and C++ runtimes. */
    wcscpy(name + 1, L"runtime");
    AddDllDirectory(path);
    wcscat(name + 1, L"\\" PYTHON_DLL);
    HMODULE python = LoadLibraryExW(path, NULL, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR | LOAD_LIBRARY_SEARCH_SYSTEM32);
    if (!python)
        return fail(L"runtime\\" PYTHON_DLL);
    python_main start = (python_main)(void *)GetProcAddress(python, "Py_Main");
    wchar_t **wanted = HeapAlloc(GetProcessHeap(), 0, sizeof *wanted * (argc + 4));
    if (!start || !wanted)
        return fail(L"Py_Main");

    int count = 0;
    wanted[count++] = argv[0];
    wanted[count++] = L"-I"; /* nothing of the environment, of the user's folder, of the working folder */
    wanted[count++] = L"-m";
    wanted[count++] = L"a3check";
    for (int i = 1; i < argc; i++)
        wanted[count++] = argv[i];
    wanted[count] = NULL;
    return start(count, wanted);
}

#ifdef CONSOLE
int wmain(void)
{
    return run();
}
#else
int WINAPI wWinMain(HINSTANCE instance, HINSTANCE previous, PWSTR line, int show)
{
    (void)instance, (void)previous, (void)line, (void)show;
    open_standard_handles();
    return run();
}
#endif
