/* SPDX-License-Identifier: MIT */
/*
 * The published sheet of one institution (様式1 of a clinic): name and address on top, then
 * sections with a title in the second column and, under 施設全体, one value per item. The section
 * 入院患者の状況（年間／入院前の場所・退院先の場所の状況） says where the discharged went.
 *
 * The sheet has neither the institution's code nor that of its area: the option facilities gives
 * them by the name in the sheet.
 */
#include "bed_function.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *label, *destination;
} destinations[] = {
    {"退院患者数(年間)", "total"},
    {"うち家庭へ退院", "home"},
    {"うち他の病院、診療所へ転院", "hospital"},
    {"うち介護老人保健施設に入所", "rouken"},
    {"うち介護老人福祉施設に入所", "tokuyou"},
    {"うち介護医療院に入所", "care_medical_facility"},
    {"うち社会福祉施設・有料老人ホーム等に入所", "welfare_facility"},
    {"うち終了(死亡退院等)", "death"},
    {"その他", "other"},
};

enum {
    DESTINATION_COUNT = sizeof destinations / sizeof destinations[0],
    ALL_DESTINATIONS = (1 << DESTINATION_COUNT) - 1,
    MOST_NOTE = 4096,
};

struct facility {
    struct bed_reader *r;
    char *name;
    bool in_section;
    size_t value;    /* column of 施設全体 in the section, SIZE_MAX until known */
    char period[16]; /* "" until known */
    unsigned seen;   /* destinations, bits; the first, the total, comes before the others */
    struct shihyo_number numbers[DESTINATION_COUNT];
};

static bool is_section(const char *label)
{
    return strncmp(label, "入院患者の状況", strlen("入院患者の状況")) == 0 &&
           strstr(label, "退院先の場所") != NULL;
}

/* The explanation of the section says "令和5年4月1日～令和6年3月31日の1年間": a fiscal year. */
static void read_period(struct facility *f, const struct bed_row *row)
{
    static const char *const eras[] = {"令和", "平成"};
    static char const first_day[] = "年4月1日~", last_day[] = "年3月31日";
    const struct shihyo_text_services *text = f->r->host->text;
    char note[MOST_NOTE], period[16];
    for (size_t c = 0; c < row->count && f->period[0] == '\0'; c++) {
        if (text->normalise_label(row->cells[c].text, row->cells[c].length, note, sizeof note) >=
            sizeof note)
            continue;
        const char *begin = strstr(note, first_day);
        if (begin == NULL || strstr(begin, last_day) == NULL)
            continue;
        for (size_t i = 0; i < sizeof eras / sizeof eras[0]; i++) {
            const char *era = strstr(note, eras[i]);
            size_t length = (size_t)(begin - note) + strlen("年");
            if (era == NULL || era > begin)
                continue;
            length -= (size_t)(era - note);
            if (text->parse_period(era, length, period) == SHIHYO_OK && strlen(period) == 4)
                (void)snprintf(f->period, sizeof f->period, "FY%.4s", period);
        }
    }
}

/* 未確認: not reported, or so that it did not agree. ※: the whole of values some of which are
 * masked or 未確認. Both are explained on the sheet. */
static int read_value(struct facility *f, const struct bed_row *row, int destination)
{
    char label[LABEL_SIZE];
    struct shihyo_number *number = &f->numbers[destination];
    bed_label(f->r->host, row, f->value, label);
    *number = (struct shihyo_number){SHIHYO_ABI_INIT(struct shihyo_number)};
    if (strcmp(label, "未確認") == 0)
        number->state = SHIHYO_STATE_UNREPORTED;
    else if (strcmp(label, "※") == 0)
        number->state = SHIHYO_STATE_MASKED;
    else
        return bed_number(f->r, row, f->value, destinations[destination].label, number);
    return SHIHYO_OK;
}

static int read_item(struct facility *f, const struct bed_row *row)
{
    for (int i = 0; i < DESTINATION_COUNT; i++) {
        size_t column = bed_find_label(f->r->host, row, 0, destinations[i].label);
        /* その他 stands also among the places before admission, above the total. */
        if (column >= row->count || (i > 0 && (f->seen & 1u) == 0))
            continue;
        int status = SHIHYO_OK;
        if (f->value == SIZE_MAX)
            status = f->r->host->error(f->r->err, SHIHYO_NOT_FOUND, E_HEADER_MISSING,
                                       N_("The section has no column '%s'."), "施設全体");
        else if ((f->seen & (1u << i)) != 0)
            status =
                f->r->host->error(f->r->err, SHIHYO_DATA, E_LAYOUT,
                                  N_("The section has the row '%s' twice."), destinations[i].label);
        f->seen |= 1u << i;
        return status == SHIHYO_OK ? read_value(f, row, i)
                                   : bed_place(f->r, row, column, destinations[i].label, status);
    }
    return SHIHYO_OK;
}

static int read_name(struct facility *f, const struct bed_row *row)
{
    size_t c = bed_next_cell(f->r->host, row, 0);
    if (c == row->count)
        return SHIHYO_OK;
    f->name = calloc(row->cells[c].length + 1, 1);
    if (f->name == NULL)
        return common_nomem(f->r->host, f->r->err);
    memcpy(f->name, row->cells[c].text, row->cells[c].length);
    return SHIHYO_OK;
}

static int visit_row(void *arg, int64_t number, const struct shihyo_field *cells, size_t count)
{
    struct facility *f = arg;
    const struct bed_row row = {number, cells, count};
    char label[LABEL_SIZE];
    if (f->name == NULL)
        return read_name(f, &row);
    size_t first = bed_next_cell(f->r->host, &row, 0);
    bed_label(f->r->host, &row, first, label);
    if (is_section(label)) {
        f->in_section = true;
        f->value = SIZE_MAX;
        return SHIHYO_OK;
    }
    if (!f->in_section)
        return SHIHYO_OK;
    size_t whole = bed_find_label(f->r->host, &row, 0, "施設全体");
    if (whole < count) {
        f->value = whole;
        return SHIHYO_OK;
    }
    /* Items have their number (様式1診療所票(90)) in front; another title ends the section. */
    if (strstr(label, "票(") == NULL) {
        f->in_section = strcmp(label, "(項目の解説)") == 0;
        return SHIHYO_OK;
    }
    read_period(f, &row);
    return read_item(f, &row);
}

/* What the option says of this institution, else its name and no area. */
static void set_institution(const struct facility *f)
{
    const struct shihyo_value *given = common_member(f->r->source->facilities, f->name);
    const struct shihyo_value *id = common_member(given, "institution");
    const struct shihyo_value *set = common_member(given, "area_set");
    const struct shihyo_value *area = common_member(given, "area");
    const struct shihyo_value *ward = common_member(given, "ward");
    bed_set(f->r, "institution", id != NULL ? id->string : f->name);
    bed_set(f->r, "area_set", area == NULL ? "unassigned" : set != NULL ? set->string : "vision");
    bed_set(f->r, "area", area != NULL ? area->string : "unassigned");
    bed_set(f->r, "ward", ward != NULL ? ward->string : "all");
}

static int add_rows(struct facility *f)
{
    int status = SHIHYO_OK;
    if (common_member(f->r->source->facilities, f->name) == NULL)
        f->r->host->log(SHIHYO_LOG_INFO, "bed_function",
                        N_("%s: the sheet has no code of an area; without an entry '%s' in the "
                           "option facilities its rows belong to no area."),
                        f->r->path, f->name);
    for (int i = 0; status == SHIHYO_OK && i < DESTINATION_COUNT; i++) {
        set_institution(f);
        bed_set(f->r, "period", f->period);
        bed_set(f->r, "destination", destinations[i].destination);
        bed_set_number(f->r, "value", &f->numbers[i]);
        status = bed_end_row(f->r, NULL);
    }
    return status;
}

static int check(const struct facility *f)
{
    int status = SHIHYO_OK;
    for (int i = 0; status == SHIHYO_OK && i < DESTINATION_COUNT; i++) {
        if ((f->seen & (1u << i)) == 0)
            status = f->r->host->error(f->r->err, SHIHYO_NOT_FOUND, E_LAYOUT,
                                       N_("The sheet has no row '%s' about the discharged."),
                                       destinations[i].label);
    }
    if (status == SHIHYO_OK && f->period[0] == '\0')
        status = f->r->host->error(f->r->err, SHIHYO_NOT_FOUND, E_PERIOD,
                                   N_("The sheet does not say of which year, from 1 April to 31 "
                                      "March, its discharges are."));
    return status == SHIHYO_OK ? status : bed_place(f->r, NULL, SIZE_MAX, NULL, status);
}

static int read_sheet(struct bed_reader *r, size_t sheet)
{
    struct facility *f = calloc(1, sizeof *f);
    if (f == NULL)
        return common_nomem(r->host, r->err);
    f->r = r;
    f->value = SIZE_MAX;
    int status = r->host->text->sheet_read(r->book, sheet, visit_row, f, r->err);
    if (status == SHIHYO_OK)
        status = check(f);
    if (status == SHIHYO_OK)
        status = add_rows(f);
    free(f->name);
    free(f);
    return status;
}

int bed_read_facility(struct bed_reader *r)
{
    return bed_each_sheet(r, read_sheet);
}
