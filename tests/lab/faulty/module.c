/* A PKCS#11 module that is broken as its own file name says: FAULT-CALL.so, or FAULT.so.
 *
 * One build serves every fault: the file is copied under its fault's name. With a file NAME.so.behind beside it (the
 * path of a real module) all calls go on to that one, and only what the name says is broken; without, it shows one
 * token of its own with one certificate object. It adds a line to NAME.so.calls for each C_Login ("user", "context")
 * each C_Finalize ("finalize") and each wait without end ("hang"), so that tests count what really arrived.
 *
 * Functions stand at their positions in CK_FUNCTION_LIST (PKCS#11 v2.40 section 3.6), so no header is needed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

typedef unsigned long ulong;
typedef ulong (*function)(ulong, ulong, ulong, ulong, ulong, ulong);
typedef struct { unsigned char major, minor; } version;
typedef struct { version version; void *functions[68]; } list;
typedef struct { version cryptoki; char maker[32]; ulong flags; char library[32]; version number; } info;
typedef struct { char description[64], maker[32]; ulong flags; version hardware, firmware; } slot_info;
typedef struct {
    char label[32], maker[32], model[16], serial[16];
    ulong flags, sessions[4], pin_max, pin_min, memory[4];
    version hardware, firmware;
    char time[16];
} token_info;
typedef struct { ulong type; void *value; ulong length; } attribute;

enum { INITIALIZE, FINALIZE, GET_INFO, GET_FUNCTION_LIST, GET_SLOT_LIST, GET_SLOT_INFO, GET_TOKEN_INFO, MECHANISMS,
       OPEN_SESSION = 12, LOGIN = 18, GET_ATTRIBUTE = 24, FIND_INIT = 26, FIND, FIND_FINAL, SIGN_INIT = 42, SIGN };

#define OK 0UL
#define GENERAL_ERROR 5UL
#define FUNCTION_NOT_SUPPORTED 0x54UL
#define TYPE_INVALID 0x12UL
#define NOT_INITIALIZED 0x190UL
#define ABSURD 0xFFFFFFFFUL
#define READY 0x40DUL /* random numbers, login required, user PIN and token initialised */

static list mine;
static list *real;
static char path[PATH_MAX], fault[64], victim[64];
static int looks, certificates;

static void read_name(void)
{
    Dl_info here;
    if (*path || !dladdr((void *) read_name, &here) || !realpath(here.dli_fname, path))
        return;
    char name[64];
    snprintf(name, sizeof name, "%.63s", strrchr(path, '/') + 1);
    *strstr(name, ".so") = 0;
    char *dash = strstr(name, "-C_") ? strstr(name, "-C_") : strstr(name, "-load");
    if (dash) {
        *dash = 0;
        snprintf(victim, sizeof victim, "%s", dash + 1);
    }
    snprintf(fault, sizeof fault, "%s", name);
}

static int is(const char *name) { return !strcmp(fault, name); }

static void note(const char *word)
{
    char file[PATH_MAX + 8];
    snprintf(file, sizeof file, "%s.calls", path);
    int out = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    dprintf(out, "%s\n", word);
    close(out);
}

static void rest(long milliseconds)
{
    struct timespec time = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    nanosleep(&time, NULL);
}

/* What happens on the way into a call; the return value other than OK is the call's answer. */
static ulong enter(const char *call)
{
    if (is("slow") || is("slow-800"))
        rest(is("slow") ? 300 : 800);
    if (is("refuses"))
        return GENERAL_ERROR;
    if (strcmp(call, victim))
        return OK;
    if (is("hang")) {
        note("hang");
        for (;;)
            rest(1000);
    }
    if (is("segv"))
        *(volatile int *) 8 = 1;
    if (is("abort"))
        abort();
    if (is("exit"))
        exit(3);
    if (is("error"))
        return GENERAL_ERROR;
    if (is("vendor"))
        return 0x80000001UL;
    if (is("uninitialized"))
        return NOT_INITIALIZED;
    return OK;
}

static ulong forward(int index, ulong a, ulong b, ulong c, ulong d, ulong e, ulong f)
{
    return real ? ((function) real->functions[index])(a, b, c, d, e, f) : FUNCTION_NOT_SUPPORTED;
}

#define ENTER(name)                                                             \
    ulong code = enter(name);                                                   \
    if (code)                                                                   \
        return code;

static void spoil(void)
{
    if (is("noisy"))
        for (int i = 0; i < 4096; i++)
            printf("vendor debug %4d: opening everything, closing nothing, talking all the while\n", i);
    if (is("chdir") && chdir("/proc"))
        return;
    if (is("signals"))
        for (int number = 1; number < 32; number++)
            signal(number, SIG_IGN);
    if (is("closes"))
        for (int descriptor = 0; descriptor < 1024; descriptor++)
            close(descriptor);
    if (is("closes-all"))
        syscall(SYS_close_range, 0, ~0U, 0);
    if (is("garbage"))
        for (int descriptor = 1; descriptor < 4096; descriptor++)
            if (write(descriptor, "\xff\xfe{]garbage\n", 12) < 0)
                continue;
    if (is("forks") && !fork()) {
        for (int i = 0; i < 100; i++)
            rest(100);
        _exit(0);
    }
    if (is("forks"))
        abort();
    fflush(stdout);
}

static ulong initialize(ulong arguments)
{
    ENTER("C_Initialize")
    spoil();
    return real ? forward(INITIALIZE, arguments, 0, 0, 0, 0, 0) : OK;
}

static ulong finalize(ulong reserved)
{
    note("finalize");
    ENTER("C_Finalize")
    return real ? forward(FINALIZE, reserved, 0, 0, 0, 0, 0) : OK;
}

static void pad(char *field, size_t size, const char *text)
{
    memset(field, ' ', size);
    memcpy(field, text, strlen(text));
}

static ulong get_info(info *out)
{
    ENTER("C_GetInfo")
    if (real)
        return forward(GET_INFO, (ulong) out, 0, 0, 0, 0, 0);
    memset(out, 0, sizeof *out);
    out->cryptoki = (version) {2, 40};
    out->number = (version) {1, 7};
    pad(out->maker, 32, "Laboratorio");
    pad(out->library, 32, fault);
    return OK;
}

static ulong slots(void)
{
    return is("slots-200") ? 200 : is("slots-absurd") ? ABSURD : is("second-slot") ? 2 : 1;
}

static ulong get_slot_list(unsigned char full, ulong *out, ulong *count)
{
    ENTER("C_GetSlotList")
    if (real)
        return forward(GET_SLOT_LIST, full, (ulong) out, (ulong) count, 0, 0, 0);
    ulong number = slots();
    for (ulong i = 0; out && i < number && i < *count; i++)
        out[i] = i;
    *count = number;
    return OK;
}

static ulong get_slot_info(ulong slot, slot_info *out)
{
    ENTER("C_GetSlotInfo")
    if (real)
        return forward(GET_SLOT_INFO, slot, (ulong) out, 0, 0, 0, 0);
    memset(out, 0, sizeof *out);
    pad(out->description, 64, "Leitor do laboratorio");
    pad(out->maker, 32, "Laboratorio");
    out->flags = 1;
    return OK;
}

static ulong get_token_info(ulong slot, token_info *out)
{
    if (is("second-slot") && slot)
        for (;;)
            rest(1000); /* after the first one has answered */
    ENTER("C_GetTokenInfo")
    if (real)
        code = forward(GET_TOKEN_INFO, slot, (ulong) out, 0, 0, 0, 0);
    if (code)
        return code;
    if (!real) {
        memset(out, 0, sizeof *out);
        pad(out->label, 32, "Laboratorio");
        pad(out->maker, 32, "Laboratorio");
        pad(out->model, 16, "Invento");
        pad(out->serial, 16, "0001");
        snprintf(out->serial, 16, "%04lu", slot + 1);
        out->flags = READY;
        out->pin_min = 4;
        out->pin_max = 8;
    }
    if (is("garbage-labels")) {
        memcpy(out->label, "Jos\xe9\0\xff\xfe\x01 tail of what was there before", 32);
        memset(out->maker, 0xff, 32);
        memset(out->model, 0, 16);
        memcpy(out->serial, "\x1b[31m\n\x80\x81\r\t12345", 16);
        out->pin_max = out->pin_min = ~0UL;
    }
    if (is("final-later") && ++looks > 1)
        out->flags |= 0x20000;
    if (is("keypad"))
        out->flags |= 0x100;
    if (is("changes") && ++looks > 1)
        pad(out->serial, 16, "another");
    return OK;
}

static ulong get_mechanism_list(ulong slot, ulong *out, ulong *count)
{
    ENTER("C_GetMechanismList")
    if (is("mechanisms-absurd")) {
        *count = ABSURD;
        return OK;
    }
    if (real)
        return forward(MECHANISMS, slot, (ulong) out, (ulong) count, 0, 0, 0);
    if (out)
        *out = 1;
    *count = 1;
    return OK;
}

static ulong open_session(ulong slot, ulong flags, void *data, void *notify, ulong *session)
{
    ENTER("C_OpenSession")
    if (real)
        return forward(OPEN_SESSION, slot, flags, (ulong) data, (ulong) notify, (ulong) session, 0);
    *session = 1;
    return OK;
}

static ulong login(ulong session, ulong user, char *pin, ulong length)
{
    note(user == 2 ? "context" : "user");
    if (is("context") && user != 2)
        return forward(LOGIN, session, user, (ulong) pin, length, 0, 0);
    if (is("context"))
        return 0xA0; /* CKR_PIN_INCORRECT: the key's own PIN is another one */
    if (is("keypad")) {
        note(pin || length ? "pin" : "null");
        return OK;
    }
    ENTER("C_Login")
    return real ? forward(LOGIN, session, user, (ulong) pin, length, 0, 0) : OK;
}

static ulong find_init(ulong session, attribute *template, ulong count)
{
    if (real)
        return forward(FIND_INIT, session, (ulong) template, count, 0, 0, 0);
    certificates = count && *(ulong *) template->value == 1 ? 1 : 0; /* CKO_CERTIFICATE */
    return OK;
}

static ulong find(ulong session, ulong *out, ulong most, ulong *count)
{
    ENTER("C_FindObjects")
    if (is("objects-endless")) {
        for (ulong i = 0; i < most; i++)
            out[i] = 1;
        *count = most;
        return OK;
    }
    if (is("objects-absurd")) {
        *count = ABSURD;
        return OK;
    }
    if (real)
        return forward(FIND, session, (ulong) out, most, (ulong) count, 0, 0);
    *count = certificates;
    if (certificates)
        *out = 1;
    certificates = 0;
    return OK;
}

static ulong find_final(ulong session)
{
    return real ? forward(FIND_FINAL, session, 0, 0, 0, 0, 0) : OK;
}

static ulong get_attribute(ulong session, ulong object, attribute *attributes, ulong count)
{
    ENTER("C_GetAttributeValue")
    if (real)
        return forward(GET_ATTRIBUTE, session, object, (ulong) attributes, count, 0, 0);
    for (ulong i = 0; i < count; i++) {
        const char *text = attributes[i].type == 0x11 ? "no DER" : attributes[i].type == 0x102 ? "\1" : "label";
        if (attributes[i].type > 0x102) {
            attributes[i].length = ~0UL;
            return TYPE_INVALID;
        }
        if (attributes[i].value)
            memcpy(attributes[i].value, text, strlen(text));
        attributes[i].length = is("value-absurd") && attributes[i].type == 0x11 ? 1UL << 62 : strlen(text);
    }
    return OK;
}

static ulong sign(ulong session, void *data, ulong length, void *out, ulong *size)
{
    ENTER("C_Sign")
    return forward(SIGN, session, (ulong) data, length, (ulong) out, (ulong) size, 0);
}

static ulong unsupported(void) { return is("refuses") ? GENERAL_ERROR : FUNCTION_NOT_SUPPORTED; }

static ulong done(void) { return is("refuses") ? GENERAL_ERROR : OK; }

static void look_behind(void)
{
    char file[PATH_MAX + 8], behind[PATH_MAX];
    snprintf(file, sizeof file, "%s.behind", path);
    FILE *in = fopen(file, "re");
    if (!in)
        return;
    if (fgets(behind, sizeof behind, in)) {
        void *library = dlopen(behind, RTLD_NOW | RTLD_LOCAL);
        ulong (*get)(list **) = library ? dlsym(library, "C_GetFunctionList") : NULL;
        if (get)
            get(&real);
    }
    fclose(in);
}

__attribute__((constructor)) static void loaded(void)
{
    read_name();
    enter("load");
}

#ifdef MISSING_SYMBOL
extern ulong a_function_of_a_library_that_is_not_installed(void);
ulong needs(void) { return a_function_of_a_library_that_is_not_installed(); }
#endif

#ifdef HIDDEN
static
#endif
ulong C_GetFunctionList(list **out)
{
    ENTER("C_GetFunctionList")
    if (is("null-list")) {
        *out = NULL;
        return OK;
    }
    look_behind();
    if (real)
        mine = *real;
    else
        for (int i = 0; i < 68; i++)
            mine.functions[i] = unsupported;
    mine.version = (version) {2, 40};
    void *own[68] = {
        [INITIALIZE] = initialize, [FINALIZE] = finalize, [GET_INFO] = get_info,
        [GET_FUNCTION_LIST] = C_GetFunctionList, [GET_SLOT_LIST] = get_slot_list, [GET_SLOT_INFO] = get_slot_info,
        [GET_TOKEN_INFO] = get_token_info, [MECHANISMS] = get_mechanism_list, [OPEN_SESSION] = open_session,
        [LOGIN] = login, [GET_ATTRIBUTE] = get_attribute, [FIND_INIT] = find_init, [FIND] = find,
        [FIND_FINAL] = find_final, [SIGN] = sign,
    };
    for (int i = 0; i < 68; i++)
        if (own[i])
            mine.functions[i] = own[i];
    if (!real)
        mine.functions[13] = mine.functions[14] = mine.functions[19] = mine.functions[SIGN_INIT] = done;
    *out = &mine;
    return OK;
}
