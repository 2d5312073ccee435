/* SPDX-License-Identifier: MIT */
/*
 * Plugins linked into the program (--with-plugin-NAME=static). libtool writes the list of their
 * symbols when it links a program, so this file belongs to the program and not to the library.
 */
#include <ltdl.h>

#include "core/plugin/internal.h"

extern const lt_dlsymlist lt_preloaded_symbols[];

static void __attribute__((constructor)) register_preloaded(void)
{
    shy_plugins_set_preloaded(lt_preloaded_symbols);
}
