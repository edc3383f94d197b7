/* Says the title of the window that gets the keys. X's focus alone does not tell: Wine keeps a foreground window of its
 * own among its programs, and hands it what is typed into any of them. */
#include <windows.h>

int main(void)
{
    static WCHAR title[512];
    static char bytes[2048];
    DWORD written;
    int length = GetWindowTextW(GetForegroundWindow(), title, 512);
    length = WideCharToMultiByte(CP_UTF8, 0, title, length, bytes, sizeof bytes, NULL, NULL);
    WriteFile(GetStdHandle(STD_OUTPUT_HANDLE), bytes, length, &written, NULL);
    return 0;
}
