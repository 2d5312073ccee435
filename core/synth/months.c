/* SPDX-License-Identifier: MIT */
/* The files of one month: receipts, their items, receipts of long-term care and their items. */
#include "config.h"

#include "core/base/i18n.h"
#include "core/synth/files.h"
#include "core/synth/numbers.h"
#include "core/synth/out.h"

enum { CLAIMS, ITEMS, CARE, CARE_ITEMS, FILES };

static const struct {
    const char *name, *header;
} kinds[FILES] = {
    {"医療レセプト",
     "レセプト番号,個人番号,診療年月,医療機関コード,入外,レセプト種別,診療実日数,点数,"
     "入院年月日,転帰区分"},
    {"レセプト摘要", "レセプト番号,個人番号,診療年月,医療機関コード,診療行為コード,回数,点数"},
    {"介護レセプト",
     "個人番号,サービス提供年月,サービス種類コード,事業所番号,要介護状態区分,単位数"},
    {"介護明細", "個人番号,サービス提供年月,事業所番号,サービスコード,回数"},
};

struct writing {
    struct shy_synth_truth *truth;
    const struct shy_synth_world *w;
    struct shy_out out[FILES];
    int64_t home_lines;
    int era; /* 1 from 2024-06: which of a pair of codes */
    int32_t month, ordinal;
    const struct shy_synth_person *p;
};

/* The first fields of a receipt and of its lines: receipt, person, month, institution. */
static size_t begin_of(const struct writing *w, const struct shy_synth_claim *c, unsigned which,
                       char begin[64])
{
    char institution[11];
    shy_synth_institution_code(w->w, c->institution, c->type, institution);
    char *at = shy_put_digits(begin, (uint64_t)w->month, 3);
    at = shy_put_digits(at, w->p->index, 8);
    at = shy_put_comma(shy_put_digits(at, which, 2));
    at = shy_put_comma(shy_synth_put_person(at, w->p->index, c->number));
    at = shy_put_comma(shy_put_month(at, w->ordinal));
    at = shy_put_comma(shy_put_text(at, institution, 10));
    return (size_t)(at - begin);
}

static void put_claim(struct writing *w, const struct shy_synth_month *made, unsigned which)
{
    const struct shy_synth_claim *c = &made->claim[which];
    char begin[64];
    size_t length = begin_of(w, c, which, begin);
    char *at = shy_put_text(shy_out_begin(&w->out[CLAIMS]), begin, length);
    at = shy_put_comma(shy_put_digits(at, c->inpatient ? 1 : 2, 1));
    at = shy_put_comma(shy_put_digits(at, c->type, 1));
    at = shy_put_comma(shy_put_number(at, c->days));
    at = shy_put_comma(shy_put_number(at, c->points));
    if (c->admitted_day != 0) {
        at = shy_put_month(at, w->w->options->first_month + c->admitted);
        at = shy_put_digits(at, c->admitted_day, 2);
    }
    at = shy_put_comma(at);
    if (c->outcome != 0)
        at = shy_put_digits(at, c->outcome, 1);
    shy_out_end(&w->out[CLAIMS], at);
    for (unsigned i = 0; i < c->lines; i++) {
        const struct shy_synth_line *line = &made->line[c->first_line + i];
        const char *code = shy_synth_items[line->item].code[w->era];
        at = shy_put_text(shy_out_begin(&w->out[ITEMS]), begin, length);
        at = shy_put_comma(shy_put_text(at, code, 9));
        at = shy_put_comma(shy_put_number(at, line->quantity));
        shy_out_end(&w->out[ITEMS], shy_put_number(at, line->points));
        w->home_lines += code[0] == '1' && code[1] == '1' && code[2] == '4';
    }
}

/* Of service codes only the type (two digits) is real. */
static void put_care(struct writing *w, const struct shy_synth_care *c)
{
    char office[11];
    const char *service = shy_synth_services[c->service].code[c->level < 2];
    const char *level = shy_synth_levels[c->level];
    shy_synth_institution_code(w->w, c->office, 7, office);
    char *at = shy_synth_put_person(shy_out_begin(&w->out[CARE]), w->p->index, 2);
    at = shy_put_comma(shy_put_month(shy_put_comma(at), w->ordinal));
    at = shy_put_comma(shy_put_text(at, service, 2));
    at = shy_put_comma(shy_put_text(at, office, 10));
    at = shy_put_comma(shy_put_text(at, level, 2));
    shy_out_end(&w->out[CARE], shy_put_number(at, c->units));
    for (unsigned i = 0; i < c->items; i++) {
        at = shy_synth_put_person(shy_out_begin(&w->out[CARE_ITEMS]), w->p->index, 2);
        at = shy_put_comma(shy_put_month(shy_put_comma(at), w->ordinal));
        at = shy_put_comma(shy_put_text(at, office, 10));
        at = shy_put_text(at, service, 2);
        at = shy_put_comma(shy_put_digits(at, 1111 + i, 4));
        shy_out_end(&w->out[CARE_ITEMS], shy_put_number(at, 1 + (c->units + i) % 12));
    }
}

/* The month's own care. The late receipts are counted here and written with a later month. */
static int write_own(struct writing *w, struct shy_synth_month *room, struct shy_synth_cells *cells,
                     struct shihyo_error *err)
{
    for (uint32_t i = 0; i < w->w->options->persons; i++) {
        struct shy_synth_person p;
        if (i % 4096 == 0 && shy_os_cancelled())
            return shy_fail(err, SHY_E_CANCELLED, _("Stopped."));
        shy_synth_person_make(w->w, i, &p);
        if (w->month < p.first || w->month > p.last)
            continue;
        w->p = &p;
        shy_synth_month_make(w->w, &p, w->month, room);
        shy_synth_cells_count(w->truth, cells, &p, w->month, room);
        for (unsigned k = 0; !room->late && k < room->claims; k++)
            put_claim(w, room, k);
        for (unsigned k = 0; k < room->cares; k++)
            put_care(w, &room->care[k]);
    }
    return 0;
}

static void set_month(struct writing *w, int32_t month)
{
    w->month = month;
    w->ordinal = w->w->options->first_month + month;
    w->era = w->ordinal >= 2024 * 12 + 5;
}

static void write_late(struct writing *w, struct shy_synth_month *room)
{
    for (uint32_t i = 0; i < w->w->options->persons; i++) {
        struct shy_synth_person p;
        if (!shy_synth_is_late(w->w, i, w->month))
            continue;
        shy_synth_person_make(w->w, i, &p);
        w->p = &p;
        shy_synth_month_make(w->w, &p, w->month, room);
        for (unsigned k = 0; k < room->claims; k++)
            put_claim(w, room, k);
    }
}

static int open_files(struct writing *w, const char *directory, struct shihyo_error *err)
{
    for (int i = 0; i < FILES; i++) {
        char name[64], digits[7] = {0};
        (void)shy_put_month(digits, w->ordinal);
        (void)snprintf(name, sizeof name, "%s_%s.csv", kinds[i].name, digits);
        SHY_TRY(
            shy_out_open(&w->out[i], directory, name, kinds[i].header, w->w->options->buffer, err));
    }
    return 0;
}

static int close_files(struct writing *w, int code, int64_t *lines)
{
    (void)pthread_mutex_lock(&w->truth->lock);
    for (int i = 0; i < FILES; i++) {
        w->truth->lines[SHY_TABLE_CLAIMS + i] += w->out[i].lines;
        *lines += w->out[i].lines;
    }
    w->truth->home_lines += w->home_lines;
    (void)pthread_mutex_unlock(&w->truth->lock);
    for (int i = 0; i < FILES; i++) {
        int closed = shy_out_close(&w->out[i], code == 0);
        code = code != 0 ? code : closed;
    }
    return code;
}

int shy_synth_write_month(struct shy_synth_truth *truth, const char *directory, int32_t month,
                          struct shy_synth_month *room, struct shy_synth_cells *cells,
                          int64_t *lines, struct shihyo_error *err)
{
    struct writing w = {.truth = truth, .w = truth->world};
    set_month(&w, month);
    shy_synth_cells_clear(truth, cells);
    int code = open_files(&w, directory, err);
    if (code == 0)
        code = write_own(&w, room, cells, err);
    if (code == 0) {
        shy_synth_truth_add(truth, cells, month);
        set_month(&w, month - SHY_SYNTH_LATE_BY);
        if (w.month >= 0)
            write_late(&w, room);
    }
    return close_files(&w, code, lines);
}
