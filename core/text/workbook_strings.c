/* SPDX-License-Identifier: MIT */
/*
 * Shared strings: si holds one text t, or runs r with a text each. The reading aid of Japanese
 * texts (rPh, phoneticPr) stands beside them in si; no rule names it, so it is skipped.
 */
#include "core/text/workbook_internal.h"

#include <string.h>

#include "core/base/i18n.h"

enum { TAG_SST = SHY_TAG_FIRST, TAG_SI, TAG_T, TAG_R };

static const struct shy_xml_rule rules[] = {
    {SHY_TAG_DOCUMENT, TAG_SST, "sst"},
    {TAG_SST, TAG_SI, "si"},
    {TAG_SI, TAG_T, "t"},
    {TAG_SI, TAG_R, "r"},
    {TAG_R, TAG_T, "t"},
    {0, 0, NULL},
};

static size_t last_end(const struct shy_strings *s)
{
    return s->count == 0 ? 0 : s->ends[s->count - 1];
}

static void on_start(struct shy_xml *xml, int tag, const char **attributes)
{
    struct shy_strings *s = xml->arg;
    (void)attributes;
    if (tag == TAG_SI && s->count == xml->limits->strings) {
        shy_xml_stop(xml, shy_fail(xml->err, SHY_E_XLSX_LIMIT,
                                   _("The workbook has more than %u shared strings."),
                                   (unsigned)xml->limits->strings));
    }
}

static void on_text(struct shy_xml *xml, int tag, const char *text, size_t length)
{
    struct shy_strings *s = xml->arg;
    if (tag != TAG_T)
        return;
    shy_text_add(&s->bytes, text, length);
    if (s->bytes.failed)
        shy_xml_stop(xml, shy_fail_nomem(xml->err));
    else if (s->bytes.length - last_end(s) > xml->limits->cell_text)
        shy_xml_stop(xml, shy_fail(xml->err, SHY_E_XLSX_LIMIT,
                                   _("Shared string %zu is longer than %u bytes."), s->count,
                                   (unsigned)xml->limits->cell_text));
}

static void on_end(struct shy_xml *xml, int tag)
{
    struct shy_strings *s = xml->arg;
    if (tag != TAG_SI)
        return;
    if (!SHY_GROW(s->ends, s->count, s->capacity)) {
        shy_xml_stop(xml, shy_fail_nomem(xml->err));
        return;
    }
    size_t begin = last_end(s), length = s->bytes.length - begin;
    if (length > 0)
        s->bytes.length = begin + shy_xml_unescape(s->bytes.text + begin, length);
    s->ends[s->count++] = s->bytes.length;
}

int shy_strings_read(const struct shy_package *package, const char *part, struct shy_strings *out,
                     struct shihyo_error *err)
{
    static const struct shy_xml_reader reader = {rules, false, on_start, on_end, on_text};
    return shy_package_read(package, part, &reader, out, err);
}

void shy_strings_free(struct shy_strings *strings)
{
    shy_text_free(&strings->bytes);
    shy_free(strings->ends);
    *strings = (struct shy_strings){0};
}
