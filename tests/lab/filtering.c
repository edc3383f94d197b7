/* A PKCS#11 module that stands before another one and changes what it says, as NAME.so.rules beside it tells:
 *
 *   behind PATH          the real module: every call goes on to it
 *   hide HEX             this mechanism is not listed and is refused by C_SignInit
 *   answer CALL HEX N    C_Login or C_Sign answers this CKR from its Nth call on (0: always) without going on
 *   flags CLEAR SET      of C_GetTokenInfo (hex)
 *   pace MS              C_Sign takes so many milliseconds longer, as a card's processor does
 *   limits MIN MAX       of the PIN, in C_GetTokenInfo
 *   names LABEL          of the token, in C_GetTokenInfo: its maker and serial number become others, too
 *   empty                no slot has a token
 *   refuses              C_Initialize fails
 *
 * Functions stand at their positions in CK_FUNCTION_LIST (PKCS#11 v2.40 section 3.6), so no header is needed.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

typedef unsigned long ulong;
typedef ulong (*function)(ulong, ulong, ulong, ulong, ulong, ulong);
typedef struct { unsigned char major, minor; } version;
typedef struct { version version; void *functions[68]; } list;
typedef struct { ulong type; void *parameter; ulong length; } mechanism;
typedef struct {
    char names[96];
    ulong flags, sessions[4], pin_max, pin_min;
} token_info;

enum { GET_SLOT_LIST = 4, TOKEN_INFO = 6, MECHANISMS = 7, LOGIN = 18, SIGN_INIT = 42, SIGN = 43 };

#define OK 0UL
#define GENERAL_ERROR 5UL
#define MECHANISM_INVALID 0x70UL
#define MOST 16

static list mine, *real;
static ulong hidden[MOST], clear, set, minimum, maximum;
static struct { ulong answer; int from, calls; } login_rule, sign_rule;
static int hiding, limited, empty, refuses;
static long pace;
static char label[33];

static ulong forward(int index, ulong a, ulong b, ulong c, ulong d, ulong e)
{
    return ((function) real->functions[index])(a, b, c, d, e, 0);
}

static int is_hidden(ulong type)
{
    for (int i = 0; i < hiding; i++)
        if (hidden[i] == type)
            return 1;
    return 0;
}

static ulong initialize(ulong arguments)
{
    return refuses ? GENERAL_ERROR : forward(0, arguments, 0, 0, 0, 0);
}

static ulong slot_list(unsigned char full, ulong *out, ulong *count)
{
    if (!empty)
        return forward(GET_SLOT_LIST, full, (ulong) out, (ulong) count, 0, 0);
    *count = 0;
    return OK;
}

static ulong token(ulong slot, token_info *out)
{
    ulong code = forward(TOKEN_INFO, slot, (ulong) out, 0, 0, 0);
    out->flags = (out->flags & ~clear) | set;
    if (*label) {
        memset(out->names, ' ', sizeof out->names);
        memcpy(out->names, label, strlen(label)); /* label, maker, model, serial: 32, 32, 16, 16 */
        memcpy(out->names + 80, "B0001", 5);
    }
    if (limited) {
        out->pin_min = minimum;
        out->pin_max = maximum;
    }
    return code;
}

static ulong mechanisms(ulong slot, ulong *out, ulong *count)
{
    ulong code = forward(MECHANISMS, slot, (ulong) out, (ulong) count, 0, 0);
    if (code || !out)
        return code;
    ulong kept = 0;
    for (ulong i = 0; i < *count; i++)
        if (!is_hidden(out[i]))
            out[kept++] = out[i];
    *count = kept;
    return OK;
}

static ulong login(ulong session, ulong user, char *pin, ulong length)
{
    if (login_rule.answer && login_rule.calls++ >= login_rule.from)
        return login_rule.answer;
    return forward(LOGIN, session, user, (ulong) pin, length, 0);
}

static ulong sign_init(ulong session, mechanism *way, ulong key)
{
    if (is_hidden(way->type))
        return MECHANISM_INVALID;
    return forward(SIGN_INIT, session, (ulong) way, key, 0, 0);
}

static ulong sign(ulong session, void *data, ulong length, void *out, ulong *size)
{
    /* Asking for the size (no buffer) is no signature. */
    if (sign_rule.answer && out && sign_rule.calls++ >= sign_rule.from)
        return sign_rule.answer;
    if (out) {
        struct timespec time = {pace / 1000, pace % 1000 * 1000000};
        nanosleep(&time, NULL);
    }
    return forward(SIGN, session, (ulong) data, length, (ulong) out, (ulong) size);
}

static void obey(const char *line)
{
    char word[PATH_MAX];
    ulong value;
    int from;
    if (sscanf(line, "behind %[^\n]", word) == 1) {
        void *library = dlopen(word, RTLD_NOW | RTLD_LOCAL);
        ulong (*get)(list **) = library ? dlsym(library, "C_GetFunctionList") : NULL;
        if (get)
            get(&real);
    } else if (sscanf(line, "hide %lx", &value) == 1 && hiding < MOST)
        hidden[hiding++] = value;
    else if (sscanf(line, "answer C_Login %lx %d", &value, &from) == 2) {
        login_rule.answer = value;
        login_rule.from = from;
    } else if (sscanf(line, "answer C_Sign %lx %d", &value, &from) == 2) {
        sign_rule.answer = value;
        sign_rule.from = from;
    } else if (sscanf(line, "pace %ld", &pace) == 1)
        return;
    else if (sscanf(line, "limits %lu %lu", &minimum, &maximum) == 2)
        limited = 1;
    else if (!strcmp(line, "empty\n"))
        empty = 1;
    else if (sscanf(line, "names %32[^\n]", label) == 1)
        return;
    else if (!strcmp(line, "refuses\n"))
        refuses = 1;
    else
        sscanf(line, "flags %lx %lx", &clear, &set);
}

static void read_rules(void)
{
    Dl_info here;
    char file[PATH_MAX + 8], line[PATH_MAX];
    if (!dladdr((void *) read_rules, &here))
        return;
    snprintf(file, sizeof file, "%s.rules", here.dli_fname);
    FILE *in = fopen(file, "re");
    while (in && fgets(line, sizeof line, in))
        obey(line);
    if (in)
        fclose(in);
}

ulong C_GetFunctionList(list **out)
{
    if (!real)
        read_rules();
    if (!real)
        return GENERAL_ERROR;
    mine = *real;
    mine.version = (version) {2, 40};
    mine.functions[0] = initialize;
    mine.functions[3] = C_GetFunctionList;
    mine.functions[GET_SLOT_LIST] = slot_list;
    mine.functions[TOKEN_INFO] = token;
    mine.functions[MECHANISMS] = mechanisms;
    mine.functions[LOGIN] = login;
    mine.functions[SIGN_INIT] = sign_init;
    mine.functions[SIGN] = sign;
    *out = &mine;
    return OK;
}
