/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/import/claims_spill.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/base/mem.h"
#include "core/base/os/os.h"

/* Blocks in the file begin at multiples of this, so that each can be given back by itself. */
enum { ALIGN = 4096 };

int shy_spill_open(struct shy_spill *s, const char *beside, size_t writers, uint32_t parts,
                   int64_t keep_most, struct shihyo_error *err)
{
    *s = (struct shy_spill){.parts = parts};
    atomic_init(&s->keep_most, keep_most);
    s->directory = shy_os_dirname(beside);
    s->writers = shy_alloc(writers, sizeof *s->writers);
    if (s->directory == NULL || s->writers == NULL)
        return shy_fail_nomem(err);
    s->writer_count = writers;
    for (size_t i = 0; i < writers; i++)
        s->writers[i].fd = -1;
    for (size_t i = 0; i < writers; i++) {
        s->writers[i].parts = shy_alloc(parts, sizeof *s->writers[i].parts);
        if (s->writers[i].parts == NULL)
            return shy_fail_nomem(err);
    }
    return 0;
}

static void free_part(struct shy_spill_part *part)
{
    for (size_t i = 0; i < part->count; i++)
        shy_free(part->blocks[i].bytes);
    shy_free(part->blocks);
    shy_free(part->open);
    *part = (struct shy_spill_part){0};
}

void shy_spill_close(struct shy_spill *s)
{
    for (size_t i = 0; i < s->writer_count; i++) {
        struct shy_spill_writer *w = &s->writers[i];
        for (uint32_t p = 0; w->parts != NULL && p < s->parts; p++)
            free_part(&w->parts[p]);
        shy_free(w->parts);
        shy_os_close(w->fd);
    }
    shy_free(s->writers);
    shy_free(s->directory);
    *s = (struct shy_spill){0};
}

/* Writing -------------------------------------------------------------------------------- */

static int write_block(struct shy_spill *s, struct shy_spill_writer *w, const uint8_t *bytes,
                       uint32_t length, struct shy_spill_block *block, struct shihyo_error *err)
{
    if (w->fd < 0)
        SHY_TRY(shy_os_unnamed_file(s->directory, &w->fd, err));
    SHY_TRY(shy_os_write_at(w->fd, w->written, bytes, length, s->directory, err));
    *block = (struct shy_spill_block){.offset = w->written, .length = length};
    w->written += (length + ALIGN - 1) / ALIGN * ALIGN;
    return 0;
}

/* Ends the open block: it stays in memory as long as there is room. */
static int put_away(struct shy_spill *s, struct shy_spill_writer *w, struct shy_spill_part *part,
                    struct shihyo_error *err)
{
    if (!SHY_GROW(part->blocks, part->count, part->capacity))
        return shy_fail_nomem(err);
    struct shy_spill_block *block = &part->blocks[part->count];
    if (atomic_fetch_add(&s->kept, SHY_SPILL_BLOCK) + SHY_SPILL_BLOCK <=
        atomic_load(&s->keep_most)) {
        *block = (struct shy_spill_block){.bytes = part->open, .length = part->used};
        part->open = NULL;
    } else {
        (void)atomic_fetch_sub(&s->kept, SHY_SPILL_BLOCK);
        SHY_TRY(write_block(s, w, part->open, part->used, block, err));
    }
    part->count++;
    part->used = 0;
    part->section.begun = false;
    return 0;
}

int shy_spill_begin(struct shy_spill *s, size_t writer, uint32_t part_number, size_t most,
                    struct shy_spill_part **open, uint8_t **out, struct shihyo_error *err)
{
    struct shy_spill_writer *w = &s->writers[writer];
    struct shy_spill_part *part = *open = &w->parts[part_number];
    SHY_BUG_ON(most > SHY_SPILL_BLOCK);
    if (part->open != NULL && part->used + most > SHY_SPILL_BLOCK)
        SHY_TRY(put_away(s, w, part, err));
    if (part->open == NULL) {
        part->open = shy_alloc(SHY_SPILL_BLOCK, 1);
        if (part->open == NULL)
            return shy_fail_nomem(err);
    }
    *out = part->open + part->used;
    return 0;
}

/* Reading -------------------------------------------------------------------------------- */

int64_t shy_spill_size(const struct shy_spill *s, uint32_t part_number)
{
    int64_t size = 0;
    for (size_t i = 0; i < s->writer_count; i++) {
        const struct shy_spill_part *part = &s->writers[i].parts[part_number];
        for (size_t k = 0; k < part->count; k++)
            size += part->blocks[k].length;
        size += part->used;
    }
    return size;
}

int64_t shy_spill_pieces(const struct shy_spill *s, uint32_t part_number, int kind)
{
    int64_t pieces = 0;
    for (size_t i = 0; i < s->writer_count; i++)
        pieces += s->writers[i].parts[part_number].pieces[kind];
    return pieces;
}

int shy_spill_read(const struct shy_spill *s, uint32_t part_number, uint8_t *room,
                   int (*visit)(void *arg, size_t writer, const uint8_t *bytes, size_t length,
                                struct shihyo_error *err),
                   void *arg, struct shihyo_error *err)
{
    for (size_t i = 0; i < s->writer_count; i++) {
        const struct shy_spill_writer *w = &s->writers[i];
        const struct shy_spill_part *part = &w->parts[part_number];
        for (size_t k = 0; k < part->count; k++) {
            const struct shy_spill_block *block = &part->blocks[k];
            const uint8_t *bytes = block->bytes == NULL ? room : block->bytes;
            if (block->bytes == NULL)
                SHY_TRY(
                    shy_os_read_at(w->fd, block->offset, room, block->length, s->directory, err));
            SHY_TRY(visit(arg, i, bytes, block->length, err));
        }
        if (part->used > 0)
            SHY_TRY(visit(arg, i, part->open, part->used, err));
    }
    return 0;
}

/* What is written to the store meanwhile then takes the place of what was put aside, in the
 * system's memory, too. */
void shy_spill_drop(struct shy_spill *s, uint32_t part_number)
{
    for (size_t i = 0; i < s->writer_count; i++) {
        const struct shy_spill_writer *w = &s->writers[i];
        struct shy_spill_part *part = &w->parts[part_number];
        for (size_t k = 0; k < part->count; k++) {
            const struct shy_spill_block *block = &part->blocks[k];
            if (block->bytes == NULL)
                shy_os_forget_range(w->fd, block->offset,
                                    (block->length + ALIGN - 1) / ALIGN * ALIGN);
        }
        free_part(part);
    }
}
