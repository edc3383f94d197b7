/* SoftHSM 2.6.1 for Windows by mingw, as a fixture of the tests: its config.h, and what it takes for granted elsewhere. */
#pragma once
#define WIN32_LEAN_AND_MEAN 1 /* else RPC's UUID stands where SoftHSM has its own */
#include <winsock2.h>
#include <windows.h>
#undef min
#undef max

#define DEFAULT_LOG_LEVEL "ERROR"
#define DEFAULT_OBJECTSTORE_BACKEND "file"
#define DEFAULT_PKCS11_LIB "softhsm2.dll"
#define DEFAULT_SOFTHSM2_CONF "softhsm2.conf"
#define DEFAULT_TOKENDIR "tokens"
#define HAVE_CXX11 1
#define HAVE_LIBCRYPTO 1
#define HAVE_LOADLIBRARY 1
#define HAVE_OPENSSL_SSL_H 1
#define HAVE_STDINT_H 1
#define HAVE_STDLIB_H 1
#define HAVE_STRING_H 1
#define HAVE_SYS_STAT_H 1
#define HAVE_SYS_TYPES_H 1
#define MAX_PIN_LEN 255
#define MIN_PIN_LEN 4
#define PACKAGE "softhsm"
#define PACKAGE_NAME "SoftHSM"
#define PACKAGE_VERSION "2.6.1"
#define VERSION "2.6.1"
#define VERSION_MAJOR 2
#define VERSION_MINOR 6
#define WITH_ECC 1
#define WITH_OPENSSL 1
#define WITH_RAW_PSS 1

/* Our OpenSSL has no engines; none is found then. */
#include <openssl/engine.h>
#ifndef ENGINE_METHOD_RAND
#define ENGINE_METHOD_RAND 0
#define ENGINE_load_rdrand() ((void)0)
#define ENGINE_load_builtin_engines() ((void)0)
#define ENGINE_by_id(name) ((ENGINE *)0)
#define ENGINE_init(engine) 0
#define ENGINE_set_default(engine, which) 0
#define ENGINE_finish(engine) ((void)(engine))
#define ENGINE_free(engine) ((void)(engine))
#endif
