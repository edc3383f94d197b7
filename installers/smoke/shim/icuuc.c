/* Wine 8 has no icuuc.dll, which Qt6Core asks for; Windows has one since 1703. Here is one that knows no converter, the
 * answer for which Qt is prepared. In tests only, never shipped. Signatures: unicode/ucnv.h. */

#define UNSUPPORTED 16 /* U_UNSUPPORTED_ERROR */
#define EXPORT __declspec(dllexport)
#define REFUSE(name) EXPORT void *name(void *a, void *b, void *c, void *d, void *e, void *f, void *g, int *status) \
    { (void)a, (void)b, (void)c, (void)d, (void)e, (void)f, (void)g; *status = UNSUPPORTED; return 0; }
#define NOTHING(name) EXPORT void *name(void) { return 0; }

EXPORT void *ucnv_open(const char *name, int *status) { (void)name; *status = UNSUPPORTED; return 0; }
EXPORT const char *ucnv_getName(const void *which, int *status) { (void)which; *status = UNSUPPORTED; return 0; }
EXPORT const char *ucnv_getStandardName(const char *name, const char *standard, int *status)
{
    (void)name, (void)standard;
    *status = UNSUPPORTED;
    return 0;
}

/* Asked only of a converter that was opened, of which there is none; or told that there are none. */
REFUSE(ucnv_toUnicode)
REFUSE(ucnv_fromUnicode)
NOTHING(ucnv_close)
NOTHING(ucnv_reset)
NOTHING(ucnv_getMaxCharSize)
NOTHING(ucnv_getToUCallBack)
NOTHING(ucnv_getFromUCallBack)
NOTHING(ucnv_setToUCallBack)
NOTHING(ucnv_setFromUCallBack)
NOTHING(ucnv_cbToUWriteUChars)
NOTHING(ucnv_cbFromUWriteUChars)
NOTHING(ucnv_toUCountPending)
NOTHING(ucnv_fromUCountPending)
NOTHING(ucnv_countAvailable)
NOTHING(ucnv_getAvailableName)
NOTHING(UCNV_FROM_U_CALLBACK_SUBSTITUTE)
NOTHING(UCNV_TO_U_CALLBACK_SUBSTITUTE)
