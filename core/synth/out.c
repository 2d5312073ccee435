/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/synth/out.h"

#include <errno.h>

#include "core/base/i18n.h"
#include "core/text/encoding.h"

static void keep_failure(struct shy_out *o, int code)
{
    if (o->code == 0)
        o->code = code;
}

void shy_out_flush(struct shy_out *o)
{
    if (o->code == 0 && fwrite(o->bytes, 1, o->used, o->file.file) != o->used)
        keep_failure(o, shy_fail_os(o->err, errno, _("The file cannot be written"), o->file.path));
    o->used = 0;
}

char *shy_put_name(struct shy_out *o, char *at, const char *text)
{
    struct shy_text cp932 = {0};
    int code = o->code != 0 ? o->code : shy_cp932_encode(text, strlen(text), &cp932, o->err);
    if (code != 0)
        keep_failure(o, code);
    else if (cp932.length > SHY_OUT_LINE / 2)
        keep_failure(o, shy_fail(o->err, SHY_E_USAGE, _("A name is too long.")));
    else
        at = shy_put_text(at, shy_text_get(&cp932), cp932.length);
    shy_text_free(&cp932);
    return at;
}

int shy_out_open(struct shy_out *o, const char *directory, const char *name, const char *header,
                 size_t buffer, struct shihyo_error *err)
{
    char *path = shy_os_join(directory, name);
    *o = (struct shy_out){.err = err};
    o->size = buffer < 2 * SHY_OUT_LINE ? 2 * SHY_OUT_LINE : buffer;
    o->bytes = shy_alloc(o->size, 1);
    int code = path == NULL || o->bytes == NULL ? shy_fail_nomem(err)
                                                : shy_os_output_open(path, &o->file, err);
    shy_free(path);
    if (code != 0) {
        shy_free(o->bytes);
        *o = (struct shy_out){0};
        return code;
    }
    /* The buffer here is enough. */
    (void)setvbuf(o->file.file, NULL, _IONBF, 0);
    shy_out_end(o, shy_put_name(o, shy_out_begin(o), header));
    o->lines = 0;
    return 0;
}

int shy_out_close(struct shy_out *o, bool keep)
{
    struct shihyo_error ignored = SHY_ERROR_INIT;
    if (o->bytes == NULL)
        return 0;
    if (keep)
        shy_out_flush(o);
    keep = keep && o->code == 0;
    int code = shy_os_output_close(&o->file, keep, keep ? o->err : &ignored);
    shy_free(o->bytes);
    o->bytes = NULL;
    return o->code != 0 ? o->code : keep ? code : 0;
}
