/* SPDX-License-Identifier: MIT */
/* The registers: who is insured where and when, under which number. */
#include "config.h"

#include "core/base/i18n.h"
#include "core/synth/files.h"
#include "core/synth/numbers.h"
#include "core/synth/out.h"

#define PERSONS_HEADER \
    "個人番号,制度,保険者番号,記号,番号,性別,生年月,資格取得年月,資格喪失年月,住所地市町村コード"
#define CARE_HEADER \
    "個人番号,介護保険者番号,医療保険者番号,記号,番号,性別,生年月,資格取得年月,資格喪失年月"

struct registers {
    struct shy_synth_truth *truth;
    const struct shy_synth_world *w;
    const struct shy_synth_person *p;
    struct shy_out persons, care;
};

/* A number of ten digits. number: 0 before 75, 1 after, 2 of care. Numbers in a row do not follow
 * each other. */
char *shy_synth_put_person(char *at, uint32_t index, unsigned number)
{
    at = shy_put_digits(at, number + 1, 1);
    return shy_put_digits(at, ((uint64_t)index * 386547057 + 12345) % 1000000000, 9);
}

static char *put_tail(char *at, const struct registers *r, int32_t first, int32_t last)
{
    int32_t begin = r->w->options->first_month;
    at = shy_put_digits(at, r->p->male ? 1 : 2, 1);
    at = shy_put_month(shy_put_comma(at), r->p->birth);
    at = shy_put_month(shy_put_comma(at), begin + first);
    at = shy_put_comma(at);
    return last < r->w->options->months ? shy_put_month(at, begin + last) : at;
}

/* Insurer, symbol and number: three of the five items. Late-stage elderly have no symbol. */
static char *put_items(char *at, const struct registers *r, bool late, uint32_t place)
{
    char insurer[9];
    shy_synth_insurer(r->w, late ? SHY_SYNTH_LATE : SHY_SYNTH_NHI, place,
                      late ? -1 : r->p->association, insurer);
    at = shy_put_comma(shy_put_text(at, insurer, 8));
    if (!late)
        at = shy_put_digits(at, 100 + place, 3);
    at = shy_put_comma(at);
    return shy_put_comma(shy_put_digits(at, r->p->items + (late ? 50000000u : 10000000u), 8));
}

static void person_row(struct registers *r, unsigned number, bool late, uint32_t place,
                       int32_t first, int32_t last)
{
    char *at = shy_synth_put_person(shy_out_begin(&r->persons), r->p->index, number);
    at = shy_put_comma(shy_put_digits(shy_put_comma(at), late ? 2 : 1, 1));
    at = put_tail(put_items(at, r, late, place), r, first, last);
    at = shy_put_text(shy_put_comma(at), r->w->places[place].code, 5);
    shy_out_end(&r->persons, at);
}

/* One row, or two where the person moves: both have the month of moving. */
static void person_rows(struct registers *r, unsigned number, int32_t first, int32_t last)
{
    const struct shy_synth_person *p = r->p;
    if (p->moved == SHY_SYNTH_NEVER || p->moved <= first || p->moved > last) {
        person_row(r, number, number == 1, shy_synth_place_at(p, first), first, last);
        return;
    }
    person_row(r, number, number == 1, p->place[0], first, p->moved);
    person_row(r, number, number == 1, p->place[1], p->moved, last);
}

static int32_t lesser(int32_t a, int32_t b)
{
    return a < b ? a : b;
}
static int32_t greater(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

/* The new number begins in the month of the birthday with a row of the old items where the change
 * was handed on; import ties the two numbers by it. */
static void write_person(struct registers *r)
{
    const struct shy_synth_person *p = r->p;
    bool before = shy_synth_has_number(r->w, p, 0), after = shy_synth_has_number(r->w, p, 1);
    int32_t old_end = after ? p->turns_75 : p->last;
    if (before)
        person_rows(r, 0, p->first,
                    p->turns_75 < r->w->options->months ? lesser(old_end, p->turns_75) : p->last);
    if (before && after && p->renumbered_with_items)
        person_row(r, 1, false, shy_synth_place_at(p, p->turns_75), p->turns_75, p->turns_75 + 1);
    if (after)
        person_rows(r, 1, greater(p->first, p->turns_75 + 1), p->last);
}

static void care_row(struct registers *r, int32_t first, int32_t last)
{
    const struct shy_synth_person *p = r->p;
    uint32_t place = shy_synth_place_at(p, first);
    char insurer[9];
    shy_synth_insurer(r->w, SHY_SYNTH_CARE, place, -1, insurer);
    char *at = shy_synth_put_person(shy_out_begin(&r->care), p->index, 2);
    at = shy_put_comma(shy_put_text(shy_put_comma(at), insurer, 6));
    at = p->care_items ? put_items(at, r, shy_synth_number_at(p, first) == 1, place)
                       : shy_put_text(at, ",,,", 3);
    shy_out_end(&r->care, put_tail(at, r, first, last));
}

/* A row for every span in which insurer and items stay. */
static void write_care(struct registers *r)
{
    const struct shy_synth_person *p = r->p;
    int32_t end = lesser(p->last, r->w->options->months - 1);
    int32_t at = p->care_from;
    if (p->turns_75 < 0)
        at = greater(at, p->turns_75 + 1);
    while (at <= end) {
        int32_t next = SHY_SYNTH_NEVER;
        if (p->moved > at && p->moved <= end)
            next = p->moved;
        if (p->turns_75 >= at && p->turns_75 < end)
            next = lesser(next, p->turns_75 + 1);
        bool whole = next == SHY_SYNTH_NEVER;
        bool moving = !whole && next == p->moved;
        care_row(r, at, whole ? p->last : moving ? next : next - 1);
        at = whole ? end + 1 : next;
    }
}

static int write_all(struct registers *r, struct shy_synth_month *room, struct shihyo_error *err)
{
    for (uint32_t i = 0; i < r->w->options->persons; i++) {
        struct shy_synth_person p;
        if (i % 4096 == 0 && shy_os_cancelled())
            return shy_fail(err, SHY_E_CANCELLED, _("Stopped."));
        shy_synth_person_make(r->w, i, &p);
        r->p = &p;
        write_person(r);
        if (shy_synth_has_care(r->w, &p))
            write_care(r);
        shy_synth_truth_person(r->truth, &p, room);
    }
    return 0;
}

int shy_synth_write_registers(struct shy_synth_truth *truth, const char *directory,
                              struct shihyo_error *err)
{
    struct registers r = {.truth = truth, .w = truth->world};
    struct shy_synth_month *room = shy_alloc(1, sizeof *room);
    size_t buffer = r.w->options->buffer;
    int code = room == NULL ? shy_fail_nomem(err) : 0;
    if (code == 0)
        code = shy_out_open(&r.persons, directory, "被保険者台帳.csv", PERSONS_HEADER, buffer, err);
    if (code == 0)
        code = shy_out_open(&r.care, directory, "介護受給者台帳.csv", CARE_HEADER, buffer, err);
    if (code == 0)
        code = write_all(&r, room, err);
    truth->lines[SHY_TABLE_PERSONS] = r.persons.lines;
    truth->lines[SHY_TABLE_CARE_PERSONS] = r.care.lines;
    int closed = shy_out_close(&r.persons, code == 0);
    code = code != 0 ? code : closed;
    closed = shy_out_close(&r.care, code == 0);
    shy_free(room);
    return code != 0 ? code : closed;
}
