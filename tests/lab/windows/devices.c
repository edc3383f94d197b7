/* Stands in for cfgmgr32 (Wine 8 lists no devices): five invented devices, as learn.microsoft.com
   describes its answers. Properties: CM_DRP_DEVICEDESC 1, COMPATIBLEIDS 3, SERVICE 5, CLASS 8. */
#include <string.h>
#include <wchar.h>
#include <windows.h>

#define CALL __declspec(dllexport) DWORD WINAPI
#define SUCCESS 0
#define BUFFER_SMALL 0x1A
#define NO_SUCH_NODE 0x0D
#define NO_SUCH_VALUE 0x25
#define FLAGS 0x101
#define WORKS 0x0180200A
#define TROUBLE 0x01802400

static const struct {
    const wchar_t *id;
    DWORD status, problem;
    const wchar_t *description, *compatible, *service, *kind;
} DEVICES[] = {
    {L"USB\\ROOT_HUB30\\4&0", WORKS, 0, L"Hub", L"", L"USBHUB3", L"USB"},
    {L"USB\\VID_0529&PID_0620\\1", TROUBLE, 28, L"Token JC", L"", L"", L""},
    {L"USB\\VID_FFFF&PID_0001\\Jos\u00e9", WORKS, 0, L"Leitor de cart\u00e3o inteligente",
     L"USB\\Class_0B&SubClass_00\0USB\\Class_0B\0", L"WUDFRd", L"SmartCardReader"},
    {L"USB\\VID_046D&PID_C077\\2", WORKS, 0, L"Mouse", L"USB\\Class_03", L"HidUsb", L"HIDClass"},
    {L"USB\\VID_1059&PID_0019\\gone", 0, 0, L"", L"", L"", L""},
};
#define COUNT (sizeof DEVICES / sizeof *DEVICES)

CALL CM_Get_Device_ID_List_SizeW(ULONG *length, const wchar_t *filter, ULONG flags)
{
    if (wcscmp(filter, L"USB") || flags != FLAGS)
        return NO_SUCH_NODE;
    *length = 1;
    for (size_t i = 0; i < COUNT; i++)
        *length += wcslen(DEVICES[i].id) + 1;
    return SUCCESS;
}

CALL CM_Get_Device_ID_ListW(const wchar_t *filter, wchar_t *room, ULONG length, ULONG flags)
{
    ULONG needed;
    if (CM_Get_Device_ID_List_SizeW(&needed, filter, flags) || needed > length)
        return BUFFER_SMALL;
    for (size_t i = 0; i < COUNT; i++) {
        wcscpy(room, DEVICES[i].id);
        room += wcslen(DEVICES[i].id) + 1;
    }
    *room = 0;
    return SUCCESS;
}

CALL CM_Locate_DevNodeW(DWORD *node, const wchar_t *id, ULONG flags)
{
    for (size_t i = 0; i < COUNT - 1 && !flags; i++)
        if (!wcscmp(id, DEVICES[i].id)) {
            *node = 0x80000000u + i; /* handles have no sign */
            return SUCCESS;
        }
    return NO_SUCH_NODE;
}

CALL CM_Get_DevNode_Status(ULONG *status, ULONG *problem, DWORD node, ULONG flags)
{
    size_t place = node - 0x80000000u;
    if (place >= COUNT || flags)
        return NO_SUCH_NODE;
    *status = DEVICES[place].status;
    *problem = DEVICES[place].problem;
    return SUCCESS;
}

CALL CM_Get_DevNode_Registry_PropertyW(DWORD node, ULONG property, ULONG *type, void *room,
                                       ULONG *length, ULONG flags)
{
    size_t place = node - 0x80000000u, size;
    if (place >= COUNT || type || flags)
        return NO_SUCH_NODE;
    const wchar_t *text = property == 1   ? DEVICES[place].description
                          : property == 3 ? DEVICES[place].compatible
                          : property == 5 ? DEVICES[place].service
                                          : DEVICES[place].kind;
    if (!*text)
        return NO_SUCH_VALUE;
    size = (wcslen(text) + 1) * sizeof *text;
    if (property == 3)
        for (const wchar_t *rest = text + size / 2; *rest; rest += wcslen(rest) + 1)
            size += (wcslen(rest) + 1) * sizeof *rest;
    if (size > *length)
        return BUFFER_SMALL;
    memcpy(room, text, size);
    *length = (ULONG)size;
    return SUCCESS;
}
