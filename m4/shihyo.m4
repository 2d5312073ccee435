# SPDX-License-Identifier: MIT

# SHIHYO_LIBRARIES: everything the core links; a missing one is named with its Debian package.
AC_DEFUN([SHIHYO_LIBRARIES], [
  shihyo_missing=
  SHIHYO_PKG([LUA], [lua5.4 >= 5.4.4], [liblua5.4-dev])
  SHIHYO_PKG([SQLITE], [sqlite3 >= 3.40], [libsqlite3-dev])
  SHIHYO_PKG([ZIP], [libzip >= 1.7], [libzip-dev])
  SHIHYO_PKG([EXPAT], [expat >= 2.4], [libexpat1-dev])
  SHIHYO_PKG([UTF8PROC], [libutf8proc >= 2.5], [libutf8proc-dev])
  SHIHYO_PKG([JANSSON], [jansson >= 2.13], [libjansson-dev])
  SHIHYO_PKG([XXHASH], [libxxhash >= 0.8], [libxxhash-dev])
  SHIHYO_PKG([SODIUM], [libsodium >= 1.0.18], [libsodium-dev])
  # Not LTDL_INIT: it would copy libltdl into the tree.
  AC_CHECK_HEADER([ltdl.h], [], [shihyo_missing="$shihyo_missing libltdl-dev"])
  AC_CHECK_LIB([ltdl], [lt_dladvise_init], [LTDL_LIBS=-lltdl],
    [shihyo_missing="$shihyo_missing libltdl-dev"])
  AC_SUBST([LTDL_LIBS])
  PKG_CHECK_MODULES([CMOCKA], [cmocka >= 1.1.5], [have_cmocka=yes], [have_cmocka=no])
  AM_CONDITIONAL([HAVE_CMOCKA], [test "$have_cmocka" = yes])
  AS_IF([test -n "$shihyo_missing"],
    [AC_MSG_ERROR([these Debian packages are missing:$shihyo_missing (./bootstrap installs them)])])
])

AC_DEFUN([SHIHYO_PKG], [
  PKG_CHECK_MODULES([$1], [$2], [], [shihyo_missing="$shihyo_missing $3"])
])

# SHIHYO_WARNINGS: the warnings of our own code; --enable-werror makes them errors.
AC_DEFUN([SHIHYO_WARNINGS], [
  AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [warnings are errors])],
    [], [enable_werror=no])
  WARN_CFLAGS="-Wall -Wextra -Wshadow -Wvla -Wstrict-prototypes -Wmissing-prototypes -Wformat=2"
  WARN_CFLAGS="$WARN_CFLAGS -Wundef -Wpointer-arith -Wwrite-strings -Wno-missing-field-initializers"
  WARN_CFLAGS="$WARN_CFLAGS -Wno-format-nonliteral"
  WARN_CORE_CFLAGS="-Wconversion -Wno-sign-conversion"
  AS_IF([test "$enable_werror" = yes], [WARN_CFLAGS="$WARN_CFLAGS -Werror"])
  AC_SUBST([WARN_CFLAGS])
  AC_SUBST([WARN_CORE_CFLAGS])
])

# SHIHYO_VARIANTS: sanitizers, coverage, fuzzing.
AC_DEFUN([SHIHYO_VARIANTS], [
  AM_CONDITIONAL([SHARED_MODULES], [test "$enable_shared" = yes])
  AC_ARG_ENABLE([sanitizers],
    [AS_HELP_STRING([--enable-sanitizers=LIST], [address,undefined or another list])],
    [], [enable_sanitizers=no])
  AS_IF([test "$enable_sanitizers" = yes], [enable_sanitizers=address,undefined])
  VARIANT_CFLAGS= VARIANT_LDFLAGS=
  AS_IF([test "$enable_sanitizers" != no], [
    VARIANT_CFLAGS="-fsanitize=$enable_sanitizers -fno-sanitize-recover=all -fno-omit-frame-pointer"
    VARIANT_LDFLAGS="-fsanitize=$enable_sanitizers"
  ])
  AC_ARG_ENABLE([coverage], [AS_HELP_STRING([--enable-coverage], [instrument for gcov])],
    [], [enable_coverage=no])
  AS_IF([test "$enable_coverage" = yes], [
    VARIANT_CFLAGS="$VARIANT_CFLAGS --coverage -fprofile-update=atomic"
    VARIANT_LDFLAGS="$VARIANT_LDFLAGS --coverage"
    # Optimised code has no counts of its own for every line; CFLAGS that are given come last.
    AS_IF([test "$own_cflags" = no], [CFLAGS="-O0 -g"])
  ])
  AC_ARG_ENABLE([fuzzing],
    [AS_HELP_STRING([--enable-fuzzing], [link the fuzz targets with libFuzzer (needs clang)])],
    [], [enable_fuzzing=no])
  AM_CONDITIONAL([FUZZING], [test "$enable_fuzzing" = yes])
  AM_CONDITIONAL([INSTRUMENTED],
    [test "$enable_sanitizers" != no || test "$enable_fuzzing" = yes])
  AS_IF([test "$enable_fuzzing" = yes],
    [VARIANT_CFLAGS="$VARIANT_CFLAGS -fsanitize=fuzzer-no-link"])
  AC_SUBST([VARIANT_CFLAGS])
  AC_SUBST([VARIANT_LDFLAGS])
])

# SHIHYO_PROGRAMS: tools that some targets want; each is optional for building a release.
AC_DEFUN([SHIHYO_PROGRAMS], [
  AC_CHECK_PROG([MSGFMT], [msgfmt], [msgfmt])
  AC_CHECK_PROG([XGETTEXT], [xgettext], [xgettext])
  AC_CHECK_PROG([MSGCMP], [msgcmp], [msgcmp])
  AC_CHECK_PROG([VALGRIND], [valgrind], [valgrind])
  AC_CHECK_PROG([CLANG_FORMAT], [clang-format], [clang-format])
  AC_CHECK_PROG([SHELLCHECK], [shellcheck], [shellcheck])
  AC_CHECK_PROG([PYTHON3], [python3], [python3])
  AM_CONDITIONAL([HAVE_MSGFMT], [test -n "$MSGFMT"])
  AM_CONDITIONAL([HAVE_PYTHON3], [test -n "$PYTHON3"])
])

# SHIHYO_PLUGIN(NAME): --with-plugin-NAME=shared|static|no. With --disable-shared they are linked in.
AC_DEFUN([SHIHYO_PLUGIN], [
  AC_ARG_WITH([plugin-$1],
    [AS_HELP_STRING([--with-plugin-$1=HOW], [shared (default), static or no])],
    [], [with_plugin_$1=yes])
  AS_IF([test "$with_plugin_$1" = yes],
    [AS_IF([test "$enable_shared" = no], [with_plugin_$1=static], [with_plugin_$1=shared])])
  AS_CASE([$with_plugin_$1], [shared|static|no], [],
    [AC_MSG_ERROR([--with-plugin-$1 takes shared, static or no])])
  AS_IF([test "$with_plugin_$1$enable_shared" = sharedno],
    [AC_MSG_ERROR([--with-plugin-$1=shared cannot be had with --disable-shared])])
  AM_CONDITIONAL([PLUGIN_$1_SHARED], [test "$with_plugin_$1" = shared])
  AM_CONDITIONAL([PLUGIN_$1_STATIC], [test "$with_plugin_$1" = static])
  AS_IF([test "$with_plugin_$1" = static],
    [STATIC_PLUGINS="$STATIC_PLUGINS plugins/$1/$1.la"
     STATIC_PLUGINS_FLAGS="$STATIC_PLUGINS_FLAGS -dlpreopen plugins/$1/$1.la"])
  AC_SUBST([STATIC_PLUGINS])
  AC_SUBST([STATIC_PLUGINS_FLAGS])
])
