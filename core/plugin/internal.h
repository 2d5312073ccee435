/* SPDX-License-Identifier: MIT */
/* What the files of core/plugin share. */
#ifndef SHY_PLUGIN_INTERNAL_H
#define SHY_PLUGIN_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "core/base/mem.h"
#include "core/base/os/os.h"
#include "core/plugin/plugin_host.h"

struct shy_plugin {
    char *name;
    char *file;
    void *handle; /* of libltdl */
    const struct shihyo_plugin *descriptor;
    struct shy_arena arena; /* of the descriptor */
};

/* Descriptor of a module, as this host knows it: a copy with every struct at this host's size,
 * checked for what is required. */
int shy_descriptor_take(const struct shihyo_plugin *foreign, const char *name, const char *file,
                        struct shy_arena *arena, const struct shihyo_plugin **out,
                        struct shihyo_error *err);
/* Copy of a sized struct from the other side, zeroed where that is older; NULL: its size cannot
 * be. Memory of the copy: size bytes at out. */
bool shy_struct_take(const void *foreign, void *out, size_t size);
/* Element i of an array of sized structs whose elements may be longer than this host's. */
const void *shy_struct_at(const void *foreign, size_t i);

bool shy_plugin_name_ok(const char *name);

/* A module file found in a directory. */
struct shy_module {
    char *name;
    char *open;     /* what libltdl opens: the .la, or the .so */
    char *shared;   /* the shared object itself */
    bool installed; /* found in the install directory only */
};
struct shy_modules {
    struct shy_module *items;
    size_t count, capacity;
    struct shy_paths directories;
};
/* Everything in the directories of SHIHYO_PLUGIN_PATH and the install directory, in that order. */
int shy_modules_find(struct shy_modules *out, struct shihyo_error *err);
void shy_modules_free(struct shy_modules *m);

/* What a source adds to the host table; host is the first member, plugins get its address. */
struct shy_host_context {
    struct shihyo_host host;
    struct shy_source *source; /* NULL in shy_plugin_host() */
};
void shy_host_init(struct shy_host_context *context, struct shy_source *source);

struct shy_source {
    const struct shy_plugin *plugin;
    char *name;
    struct shihyo_source *inner;
    struct shy_host_context host;
    _Atomic bool persons; /* it has a table about persons, or may have one */
    pthread_mutex_t lock; /* of what follows */
    struct shy_catalogue *declared;
    bool tables_known;
    struct shihyo_table_info *tables;
    size_t table_count;
    _Atomic int64_t *rounded; /* of each table: numbers that lost digits */
    struct shy_arena arena;
};

/* The contract a builder or stream of this source means. */
int shy_source_contract(struct shy_source *s, const char *id, const struct shy_contract **out,
                        struct shihyo_error *err);

/* Adds to the numbers that lost digits in a contract of the source. */
void shy_source_add_rounded(struct shy_source *s, const char *contract, int64_t count);

extern const struct shihyo_builder_services shy_builder_services;

/* Message code for a status that a plugin returned. */
enum shy_code shy_status_code(int status);
/* Status that a host service returns for a message code. */
int shy_code_status(int code);

/* The preloaded modules' symbols, as libtool lists them (lt_dlsymlist); set before main. */
void shy_plugins_set_preloaded(const void *symbols);

#endif
