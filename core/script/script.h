/* SPDX-License-Identifier: MIT */
/*
 * The Lua host: runs scripts that describe, in a sandbox, and gives what they described as JSON
 * (docs/plan.md). No data exist in a state a script can reach. Nothing of Lua leaves this folder.
 * Threads: one object per thread.
 */
#ifndef SHY_SCRIPT_H
#define SHY_SCRIPT_H

#include <jansson.h>

#include "core/exec/exec.h"

struct shy_limits {
    size_t memory;  /* bytes, 0 = 64 MiB */
    uint64_t steps; /* Lua instructions, 0 = 100 million */
    double seconds; /* 0 = 10 */
    size_t source;  /* bytes of one script, 0 = 1 MiB */
};

/* Runs a file that returns a table (project.lua, a mapping or layout file) with no names but the
 * basic ones; the table as JSON. A table with keys 1…n is a list, an empty one an empty list. */
int shy_script_value(const char *path, const struct shy_limits *limits, json_t **out,
                     struct shihyo_error *err);
int shy_script_value_text(const char *text, size_t length, const char *name,
                          const struct shy_limits *limits, json_t **out, struct shihyo_error *err);

/* A loaded pack: pack.lua and the files it names. */
struct shy_pack;
/* problems gets every error of its files (place and nearest names); *out is NULL only when the
 * manifest itself cannot be used. */
int shy_pack_load(const char *directory, const struct shy_catalogue *catalogue,
                  const struct shy_limits *limits, struct shy_pack **out,
                  struct shy_problems *problems, struct shihyo_error *err);
/* The same for a pack that depends on others, loaded before it: their code lists are its own.
 * Contracts they declare must be in the catalogue. */
int shy_pack_load_with(const char *directory, const struct shy_catalogue *catalogue,
                       const struct shy_pack *const *depends, size_t depend_count,
                       const struct shy_limits *limits, struct shy_pack **out,
                       struct shy_problems *problems, struct shihyo_error *err);
/* One script without a folder, with the id "script". */
int shy_pack_load_text(const char *text, size_t length, const char *name,
                       const struct shy_catalogue *catalogue, const struct shy_limits *limits,
                       struct shy_pack **out, struct shy_problems *problems,
                       struct shihyo_error *err);
/* The checked manifest alone, to learn id, version and depends ({ id: version } or a list of
 * ids) before loading. */
int shy_pack_manifest(const char *directory, json_t **out, struct shihyo_error *err);
void shy_pack_free(struct shy_pack *pack);
const char *shy_pack_id(const struct shy_pack *pack);
const char *shy_pack_version(const struct shy_pack *pack);
const char *shy_pack_hash(const struct shy_pack *pack); /* of all its files */
/* The document of docs/plan.md; owned by the pack. */
const json_t *shy_pack_document(const struct shy_pack *pack);
/* Contracts that the pack declares with facts_table; to be declared before compiling. */
int shy_pack_declare(const struct shy_pack *pack, struct shy_catalogue *catalogue,
                     struct shihyo_error *err);
/* Functions given to compute{}, named PACK#n; valid until the pack is freed. */
const struct shy_functions *shy_pack_functions(struct shy_pack *pack);

#endif
