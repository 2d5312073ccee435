/* SPDX-License-Identifier: MIT */
/* The tables a run reads, when their rows are, and the links between them. */
#include "config.h"

#include "core/exec/naive.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/i18n.h"

void *shy_run_alloc(struct run *run, size_t count, size_t size, int *rc)
{
    void *p = shy_arena_alloc(&run->arena, count == 0 ? 1 : count, size);
    if (p == NULL)
        *rc = shy_fail_nomem(run->err);
    return p;
}

/* Loading -------------------------------------------------------------------------------- */

/* Is the column among what a chosen answer asks for? Contracts are compared by id: a definition's
 * may come from a catalogue of its own. */
static bool is_needed(const struct run *run, const struct shy_contract *contract,
                      const char *column)
{
    size_t definitions = shy_plan_definition_count(run->plan);
    for (size_t d = 0; d < definitions; d++) {
        const struct shy_answer *answer = run->request->choices[d].answer;
        for (size_t i = 0; answer != NULL && i < answer->need_count; i++) {
            if (strcmp(answer->needs[i].contract->id, contract->id) != 0)
                continue;
            for (const char *const *c = answer->needs[i].columns; c != NULL && *c != NULL; c++) {
                if (strcmp(*c, column) == 0)
                    return true;
            }
        }
    }
    return false;
}

/* Texts and columns a source need not offer are read where a definition needs them; the others
 * always, because keys, places and supports are made of them. */
bool shy_source_wants(const struct run *run, const struct shy_contract *contract, size_t i)
{
    const struct shy_column *c = &contract->columns[i];
    if (c->type == SHY_STATE_T)
        return false;
    bool spare = c->type == SHY_TEXT_T || (c->flags & SHY_COLUMN_OPTIONAL) != 0;
    return !spare || is_needed(run, contract, c->name);
}

/* Every different text is parsed once, not every row. */
static int parse_periods(struct run *run, struct source *s)
{
    int rc = 0;
    if (s->period < 0)
        return 0;
    const struct shy_map *dict = &s->table->columns[s->period].dict;
    struct shy_period *p = shy_run_alloc(run, dict->count, sizeof *p, &rc);
    for (size_t i = 0; rc == 0 && i < dict->count; i++)
        (void)shy_period_parse(dict->keys[i], &p[i]);
    s->periods = p;
    return rc;
}

/* Asks the data set once for all that the run needs of a contract, so that all nodes see the same
 * rows under the same numbers. */
static int load(struct run *run, struct source *s)
{
    const struct shy_contract *c = s->contract;
    size_t count = 0;
    int rc = 0;
    const char **names = shy_run_alloc(run, c->column_count, sizeof *names, &rc);
    for (size_t i = 0; rc == 0 && i < c->column_count; i++) {
        if (shy_source_wants(run, c, i))
            names[count++] = c->columns[i].name;
    }
    SHY_TRY(rc);
    if (run->native == NULL || !c->person_level) /* those the native engine reads itself */
        SHY_TRY(run->data->table(run->data->self, c, names, count, &s->table, run->err));
    if (!c->made)
        SHY_TRY(run->data->months(run->data->self, c, &s->months, &s->month_count, run->err));
    s->columns = shy_run_alloc(run, c->column_count, sizeof *s->columns, &rc);
    if (rc != 0)
        return rc;
    s->rows = s->table == NULL ? 0 : s->table->rows;
    if (s->rows >= NONE)
        return shy_fail(run->err, SHY_E_OVERFLOW, _("Contract '%s' has too many rows."), c->id);
    for (size_t i = 0; i < c->column_count; i++)
        s->columns[i] = s->table == NULL ? -1 : shy_table_column(s->table, c->columns[i].name);
    return 0;
}

static int column_of_role(const struct source *s, enum shy_role role)
{
    return s->table == NULL ? -1 : shy_table_role(s->table, role);
}

int shy_source(struct run *run, const struct shy_contract *contract, struct source **out)
{
    int rc = 0;
    for (*out = run->sources; *out != NULL; *out = (*out)->next) {
        if (strcmp((*out)->contract->id, contract->id) == 0)
            return 0;
    }
    struct source *s = shy_run_alloc(run, 1, sizeof *s, &rc);
    if (rc != 0)
        return rc;
    s->contract = contract;
    SHY_TRY(contract->made && run->native == NULL ? shy_made_load(run, s) : load(run, s));
    s->person = column_of_role(s, SHY_ROLE_PERSON);
    s->claim = column_of_role(s, SHY_ROLE_CLAIM);
    s->institution = column_of_role(s, SHY_ROLE_INSTITUTION);
    s->month = column_of_role(s, SHY_ROLE_MONTH);
    s->period = column_of_role(s, SHY_ROLE_PERIOD);
    s->area_set = column_of_role(s, SHY_ROLE_AREA_SET);
    s->area = column_of_role(s, SHY_ROLE_AREA);
    SHY_TRY(parse_periods(run, s));
    s->next = run->sources;
    run->sources = s;
    *out = s;
    return 0;
}

/* Numbers common to all contracts --------------------------------------------------------- */

/* Persons of different contracts have different dictionaries; matching needs one numbering. Goes
 * by dictionary entries, so that texts are compared once each. */
static int common_numbers(struct run *run, struct source *s, int column, struct shy_map *ids,
                          uint32_t **out)
{
    int rc = 0;
    uint32_t *numbers = shy_run_alloc(run, s->rows, sizeof *numbers, &rc);
    if (rc != 0)
        return rc;
    const struct shy_table_column *c = column < 0 ? NULL : &s->table->columns[column];
    uint32_t *by_code = shy_run_alloc(run, c == NULL ? 0 : c->dict.count, sizeof *by_code, &rc);
    for (size_t i = 0; rc == 0 && c != NULL && i < c->dict.count; i++) {
        by_code[i] = shy_map_add(ids, c->dict.keys[i], c->dict.lengths[i]);
        if (by_code[i] == SHY_MAP_NONE)
            rc = shy_fail_nomem(run->err);
    }
    for (size_t row = 0; rc == 0 && row < s->rows; row++) {
        bool known = c != NULL && c->state[row] == SHIHYO_STATE_OK;
        numbers[row] = known ? by_code[c->data[row]] : NONE;
    }
    *out = numbers;
    return rc;
}

int shy_source_persons(struct run *run, struct source *s)
{
    if (s->persons != NULL)
        return 0;
    return common_numbers(run, s, s->person, &run->person_ids, &s->persons);
}

int shy_source_claims(struct run *run, struct source *s)
{
    if (s->claims != NULL)
        return 0;
    return common_numbers(run, s, s->claim, &run->claim_ids, &s->claims);
}

/* Time ------------------------------------------------------------------------------------ */

/* Validity is a month in some contracts and a date in others; a link asks for months. */
static int32_t month_of(const struct shy_table_column *c, size_t row)
{
    char text[11];
    if (c->def->type != SHY_DATE_T)
        return (int32_t)c->data[row];
    shy_date_text((int32_t)c->data[row], text);
    return shy_month((int)strtol(text, NULL, 10), (int)strtol(text + 5, NULL, 10));
}

/* A validity bound, or `open` where there is none. By name: validity has no role of its own, and a
 * contract has one at most. */
static int32_t bound_at(const struct source *s, uint32_t row, const char *name, int32_t open)
{
    int i = shy_contract_column(s->contract, name);
    int column = i < 0 ? -1 : s->columns[i];
    if (column < 0 || s->table->columns[column].state[row] != SHIHYO_STATE_OK)
        return open;
    return month_of(&s->table->columns[column], row);
}

/* A row without its time gets an empty span and is in no period. */
void shy_row_months(const struct source *s, uint32_t row, int32_t *first, int32_t *last)
{
    *first = 1; /* never */
    *last = 0;
    if (s->month >= 0) {
        const struct shy_table_column *c = &s->table->columns[s->month];
        if (c->state[row] == SHIHYO_STATE_OK)
            *first = *last = (int32_t)c->data[row];
    } else if (s->period >= 0) {
        const struct shy_table_column *c = &s->table->columns[s->period];
        if (c->state[row] == SHIHYO_STATE_OK && s->periods[c->data[row]].kind != SHY_PERIOD_NONE) {
            *first = s->periods[c->data[row]].first_month;
            *last = s->periods[c->data[row]].last_month;
        }
    } else {
        *first = bound_at(s, row, "valid_from", INT32_MIN);
        *last = bound_at(s, row, "valid_to", INT32_MAX);
    }
}

/* Figures lie within a period as a whole; a span of eligibility only has to touch it. */
bool shy_row_in_period(const struct source *s, uint32_t row, const struct shy_period *p)
{
    int32_t first, last;
    if (s->period >= 0) {
        const struct shy_table_column *c = &s->table->columns[s->period];
        return c->state[row] == SHIHYO_STATE_OK &&
               s->periods[c->data[row]].kind != SHY_PERIOD_NONE &&
               shy_period_contains(p, &s->periods[c->data[row]]);
    }
    shy_row_months(s, row, &first, &last);
    return first <= last && first <= p->last_month && last >= p->first_month;
}

bool shy_is_published(const struct source *s)
{
    return shy_contract_role(s->contract, SHY_ROLE_PERIOD) >= 0;
}

/* Rows that name an institution stand for it, not for an area. */
bool shy_is_entity(const struct source *s, uint32_t row)
{
    return s->institution >= 0 && s->table->columns[s->institution].state[row] == SHIHYO_STATE_OK;
}

/* The data set gives them sorted. */
static bool has_month(const struct source *s, int32_t month)
{
    size_t low = 0, high = s->month_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (s->months[middle] == month)
            return true;
        if (s->months[middle] < month)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static bool is_window(enum shy_op op)
{
    return op == SHY_OP_FOLLOWED_BY || op == SHY_OP_NOT_FOLLOWED_BY || op == SHY_OP_PRECEDED_BY ||
           op == SHY_OP_NOT_PRECEDED_BY;
}

/* Does rows' second input belong to the same months? Not that of a window, nor of a match by
 * person, which looks anywhere in the data. */
static bool other_counts(const struct shy_node *n)
{
    bool by_person =
        (n->op == SHY_OP_HAVING || n->op == SHY_OP_LACKING) && n->match == SHY_MATCH_PERSON;
    return n->inputs[1] != 0 && !is_window(n->op) && !by_person;
}

/* An operator can say something about a month only if everything it looks at was delivered. */
int shy_delivered(struct run *run, shy_node_id node, int32_t month, bool *out)
{
    const struct shy_node *n = shy_plan_node(run->plan, node);
    *out = true;
    if (n->op == SHY_OP_SCAN) {
        struct source *s;
        SHY_TRY(shy_source(run, n->contract, &s));
        if (shy_contract_role(n->contract, SHY_ROLE_MONTH) >= 0)
            *out = has_month(s, month);
        return 0;
    }
    if (n->inputs[0] != 0)
        SHY_TRY(shy_delivered(run, n->inputs[0], month, out));
    if (*out && other_counts(n))
        SHY_TRY(shy_delivered(run, n->inputs[1], month, out));
    for (size_t i = 0; *out && i < n->of_count; i++)
        SHY_TRY(shy_delivered(run, n->of[i], month, out));
    return 0;
}

/* Whether rows are events: all rows of a node are of one contract, that of its first scan. */
int shy_has_months(struct run *run, shy_node_id node, bool *out)
{
    const struct shy_node *n = shy_plan_node(run->plan, node);
    while (n->op != SHY_OP_SCAN)
        n = shy_plan_node(run->plan, n->inputs[0] != 0 ? n->inputs[0] : n->of[0]);
    *out = shy_contract_role(n->contract, SHY_ROLE_MONTH) >= 0;
    return 0;
}

/* Links ------------------------------------------------------------------------------------ */

/* Counting sort: the rows of one code stand together, in the order of the table. */
static int index_key(struct run *run, const struct source *s, int column, struct key_index *out)
{
    int rc = 0;
    const struct shy_table_column *c = &s->table->columns[column];
    out->dict = &c->dict;
    out->first = shy_run_alloc(run, c->dict.count + 2, sizeof *out->first, &rc);
    out->rows = shy_run_alloc(run, s->rows, sizeof *out->rows, &rc);
    if (rc != 0)
        return rc;
    for (size_t row = 0; row < s->rows; row++) {
        if (c->state[row] == SHIHYO_STATE_OK)
            out->first[c->data[row] + 2]++;
    }
    for (size_t i = 2; i < c->dict.count + 2; i++)
        out->first[i] += out->first[i - 1];
    for (size_t row = 0; row < s->rows; row++) {
        if (c->state[row] == SHIHYO_STATE_OK)
            out->rows[out->first[c->data[row] + 1]++] = (uint32_t)row;
    }
    return 0;
}

/* Orders by a code column, missing first; 0 where there is none. */
static int compare_text(const struct source *s, const char *name, uint32_t a, uint32_t b)
{
    int i = shy_contract_column(s->contract, name);
    if (i < 0 || s->columns[i] < 0)
        return 0;
    const char *x = shy_table_text(s->table, a, s->columns[i]);
    const char *y = shy_table_text(s->table, b, s->columns[i]);
    return strcmp(x == NULL ? "" : x, y == NULL ? "" : y);
}

/* Of two valid rows, is `a` to be taken rather than `b`? */
static bool is_better(const struct source *s, uint32_t a, uint32_t b)
{
    int32_t x, y, last;
    shy_row_months(s, a, &x, &last);
    shy_row_months(s, b, &y, &last);
    if (x != y)
        return x > y;
    int order = compare_text(s, "scheme", a, b);
    if (order == 0)
        order = compare_text(s, "insurer", a, b);
    return order > 0;
}

/* Joining by the month of validity is what keeps a person who moved from being counted twice. */
uint32_t shy_best_row(const struct source *to, const struct key_index *index, uint32_t code,
                      int32_t first, int32_t last)
{
    uint32_t best = NONE;
    for (uint32_t i = index->first[code]; i < index->first[code + 1]; i++) {
        int32_t from, until;
        shy_row_months(to, index->rows[i], &from, &until);
        if (from > last || until < first)
            continue;
        if (best == NONE || is_better(to, index->rows[i], best))
            best = index->rows[i];
    }
    return best;
}

/* Contracts that are linked to have one column that names a thing, and it is the first of the key;
 * validity follows it. */
static int first_key(const struct source *s)
{
    for (size_t i = 0; i < s->contract->column_count; i++) {
        if ((s->contract->columns[i].flags & SHY_COLUMN_KEY) != 0)
            return s->columns[i];
    }
    return -1;
}

/* *have: the table has rows and a key. */
int shy_key_index(struct run *run, const struct source *s, struct key_index *out, bool *have)
{
    int key = s->table == NULL ? -1 : first_key(s);
    *have = key >= 0;
    return *have ? index_key(run, s, key, out) : 0;
}

/* Resolves the link once for every row; operands then are a look-up. */
static int fill_link(struct run *run, const struct source *s, int column, struct link *link)
{
    int rc = 0;
    bool have;
    struct key_index index;
    link->row = shy_run_alloc(run, s->rows, sizeof *link->row, &rc);
    if (rc != 0)
        return rc;
    memset(link->row, 0xff, s->rows * sizeof *link->row);
    SHY_TRY(shy_key_index(run, link->to, &index, &have));
    if (column < 0 || !have)
        return 0;
    const struct shy_table_column *c = &s->table->columns[column];
    uint32_t *codes = shy_run_alloc(run, c->dict.count, sizeof *codes, &rc);
    if (rc != 0)
        return rc;
    for (size_t i = 0; i < c->dict.count; i++)
        codes[i] = shy_map_find(index.dict, c->dict.keys[i], c->dict.lengths[i]);
    for (uint32_t row = 0; row < s->rows; row++) {
        int32_t first, last;
        if (c->state[row] != SHIHYO_STATE_OK || codes[c->data[row]] == SHY_MAP_NONE)
            continue;
        shy_row_months(s, row, &first, &last);
        link->row[row] = shy_best_row(link->to, &index, codes[c->data[row]], first, last);
    }
    return 0;
}

/* Found once for each column and contract: several definitions ask for a person's sex. */
int shy_source_link(struct run *run, struct source *s, const char *column,
                    const struct shy_contract *to, const struct link **out)
{
    for (size_t i = 0; i < s->link_count; i++) {
        *out = &s->links[i];
        if (strcmp((*out)->column, column) == 0 && strcmp((*out)->to->contract->id, to->id) == 0)
            return 0;
    }
    if (s->link_count == sizeof s->links / sizeof s->links[0])
        return shy_fail(run->err, SHY_E_INTERNAL, "too many links of '%s'", s->contract->id);
    struct link *link = &s->links[s->link_count];
    link->column = column;
    SHY_TRY(shy_source(run, to, &link->to));
    int i = shy_contract_column(s->contract, column);
    SHY_TRY(fill_link(run, s, i < 0 ? -1 : s->columns[i], link));
    s->link_count++;
    *out = link;
    return 0;
}
