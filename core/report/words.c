/* SPDX-License-Identifier: MIT */
/* Ids of states, reasons and notes as sentences in the reader's language. An id that is not known,
 * of a run saved by a later version, is shown as it stands. */
#include "config.h"

#include <string.h>

#include "core/base/i18n.h"
#include "core/report/report_private.h"

const char *shy_state_label(const char *id)
{
    static const char *const labels[] = {
        [SHIHYO_STATE_OK] = "",
        [SHIHYO_STATE_MISSING] = N_("missing"),
        [SHIHYO_STATE_MASKED] = N_("masked"),
        [SHIHYO_STATE_NOT_APPLICABLE] = N_("not applicable"),
        [SHIHYO_STATE_NOT_COMPUTABLE] = N_("not computable"),
        [SHIHYO_STATE_UNREPORTED] = N_("unreported"),
        [SHIHYO_STATE_PARTIAL] = N_("partial"),
    };
    for (size_t s = 1; s < sizeof labels / sizeof labels[0]; s++)
        if (strcmp(shy_state_id((enum shihyo_state)s), id) == 0)
            return _(labels[s]);
    return id;
}

const char *shy_reason_sentence(const char *id)
{
    for (int r = SHY_REASON_NONE + 1; r < SHY_REASON_COUNT_; r++)
        if (strcmp(shy_reason_id((enum shy_reason)r), id) == 0)
            return shy_reason_text((enum shy_reason)r);
    return id;
}

const char *shy_judgement_label(const char *id)
{
    static const char *const labels[SHY_JUDGED_COUNT_] = {
        [SHY_JUDGED_BETTER] = N_("better"),
        [SHY_JUDGED_SIMILAR] = N_("similar"),
        [SHY_JUDGED_WORSE] = N_("worse"),
        [SHY_JUDGED_HIGHER] = N_("higher"),
        [SHY_JUDGED_LOWER] = N_("lower"),
        [SHY_JUDGED_IMPROVING] = N_("improving"),
        [SHY_JUDGED_NO_CHANGE] = N_("no significant change"),
        [SHY_JUDGED_WORSENING] = N_("worsening"),
        [SHY_JUDGED_INCREASING] = N_("increasing"),
        [SHY_JUDGED_DECREASING] = N_("decreasing"),
    };
    for (int j = SHY_JUDGED_NONE + 1; j < SHY_JUDGED_COUNT_; j++)
        if (strcmp(shy_judgement_id((enum shy_judgement)j), id) == 0)
            return _(labels[j]);
    return id;
}

/* "unreported:3" -> the note's sentence and its count. */
static void add_note(struct shy_text *out, const char *note, size_t length)
{
    const char *colon = memchr(note, ':', length);
    size_t id_length = colon != NULL ? (size_t)(colon - note) : length;
    for (uint32_t bit = 1; bit != 0; bit <<= 1) {
        const char *id = shy_note_id(bit);
        if (id == NULL || strlen(id) != id_length || memcmp(id, note, id_length) != 0)
            continue;
        shy_text_addf(out, " %s", shy_note_text(bit));
        if (colon != NULL)
            shy_text_addf(out, " (%.*s)", (int)(length - id_length - 1), colon + 1);
        return;
    }
    shy_text_addf(out, " %.*s", (int)length, note);
}

void shy_notes_sentences(struct shy_text *out, const char *notes)
{
    while (*notes != '\0') {
        size_t length = strcspn(notes, ";");
        if (length > 0)
            add_note(out, notes, length);
        notes += length + (notes[length] == ';');
    }
}
