/* SPDX-License-Identifier: MIT */
/*
 * Random plans over random extracts, against a second reading of semantics.md written the other
 * way round: the evaluator makes sets of rows, this file asks for one row at a time whether it is
 * in, by looking at every other row. Seeds are fixed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include "core/base/test_every.h"
#include "core/exec/test_world.h"

enum { PERSONS = 5, ELIGIBLE = 9, ROWS = 16, NODES = 24, CASES = 4000 };
enum { FIRST = 2023 * 12, MONTHS = 15 }; /* 2023-01 to 2024-03 */
enum { ITEMS, CARE };
enum { NO, SURE_ROW, END_DOUBT, WINDOW_DOUBT };

struct eligible {
    int person, birth, scheme, area, home, from, to; /* months; to -1 = open */
};
struct row {
    int claim, person, month, institution, code, amount; /* amount -1 = missing */
};
struct plan_node {
    const char *op;
    int contract, a, b;            /* inputs, -1 = none */
    int code, amount, age, scheme; /* conditions: -1 = none */
    bool not_code;
    const char *match, *keep, *scope;
    int gap, from, to;
};

static uint64_t seed;
static struct eligible eligible[ELIGIBLE];
static struct row rows[2][ROWS];
static bool delivered[2][MONTHS];
static struct plan_node nodes[NODES];
static int node_count;
static struct shy_period period;

static int dice(int n)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (int)((seed >> 33) % (uint64_t)n);
}

static const char *const areas[] = {"29201", "29203", "29206", "29205"};
static const char *const schemes[] = {"late_elderly", "nhi"};

/* Extracts ---------------------------------------------------------------------------------- */

static void make_rows(int contract)
{
    for (int i = 0; i < ROWS; i++)
        rows[contract][i] = (struct row){i / 2,   dice(PERSONS), FIRST + dice(MONTHS),
                                         dice(3), dice(3),       dice(6) == 0 ? -1 : dice(4)};
    for (int i = 1; i < ROWS; i += 2) { /* two lines of one claim */
        rows[contract][i].person = rows[contract][i - 1].person;
        rows[contract][i].month = rows[contract][i - 1].month;
    }
    for (int m = 0; m < MONTHS; m++)
        delivered[contract][m] = dice(20) != 0 && m < MONTHS - dice(2);
}

static void make_data(void)
{
    for (int i = 0; i < ELIGIBLE; i++) {
        int person = i % PERSONS;
        eligible[i] = (struct eligible){person,  (1940 + 5 * person) * 12 + person,
                                        dice(2), dice(4),
                                        dice(4), FIRST + dice(8) - 4,
                                        -1};
        if (dice(2) == 0)
            eligible[i].to = eligible[i].from + dice(12);
    }
    make_rows(ITEMS);
    make_rows(CARE);
}

static void month_text(int month, char out[16])
{
    (void)snprintf(out, 16, "%04d-%02d", month / 12, month % 12 + 1);
}

static void give_persons(void)
{
    static char text[ELIGIBLE][128];
    const char *lines[ELIGIBLE + 1] = {0};
    char birth[16], from[16], to[16];
    for (int i = 0; i < ELIGIBLE; i++) {
        const struct eligible *e = &eligible[i];
        month_text(e->birth, birth);
        month_text(e->from, from);
        month_text(e->to < 0 ? 0 : e->to, to);
        (void)snprintf(text[i], 128, "p%d|%s|%s|i%d|%s|%s|%s|%s", e->person, birth,
                       schemes[e->scheme], e->area, areas[e->area], areas[e->home], from,
                       e->to < 0 ? "" : to);
        lines[i] = text[i];
    }
    world_give("persons", NULL, NULL,
               "person|birth_month|scheme|insurer|insurer_area|residence_area|valid_from|valid_to",
               lines);
}

static void give_rows(int contract)
{
    static char text[ROWS][128];
    const char *lines[ROWS + 1] = {0};
    char month[16], amount[16];
    for (int i = 0; i < ROWS; i++) {
        const struct row *r = &rows[contract][i];
        month_text(r->month, month);
        (void)snprintf(amount, sizeof amount, "%d", r->amount);
        if (r->amount < 0)
            amount[0] = '\0';
        if (contract == ITEMS)
            (void)snprintf(text[i], 128, "c%02d|p%d|%s|h%d|k%d|%s", r->claim, r->person, month,
                           r->institution, r->code, amount);
        else
            (void)snprintf(text[i], 128, "p%d|%s|k%d|o%d|%s", r->person, month, r->code,
                           r->institution, amount);
        lines[i] = text[i];
    }
    world_give(contract == ITEMS ? "medical_items" : "care_claims", "2023-01", "2024-03",
               contract == ITEMS ? "claim|person|month|institution|item|quantity"
                                 : "person|month|service|office|units",
               lines);
    for (int m = 0; m < MONTHS; m++) {
        month_text(FIRST + m, month);
        if (!delivered[contract][m])
            world_lose_month(contract == ITEMS ? "medical_items" : "care_claims", month);
    }
}

static void give_world(void)
{
    world_nara();
    give_persons();
    give_rows(ITEMS);
    give_rows(CARE);
    world_give("institutions", NULL, NULL, "institution|institution_area",
               TEST_LINES("h0|29201", "h1|29206", "h2|"));
    world_give("care_offices", NULL, NULL, "office|institution_area",
               TEST_LINES("o0|29201", "o1|29206", "o2|"));
}

/* Plans ------------------------------------------------------------------------------------- */

static int make_node(int contract, int depth);

static void make_conditions(struct plan_node *n)
{
    n->code = dice(2) == 0 ? dice(3) : -1;
    n->not_code = dice(3) == 0;
    n->amount = dice(4) == 0 ? dice(4) : -1;
    n->age = dice(5) == 0 ? 63 + dice(20) : -1;
    n->scheme = dice(5) == 0 ? dice(2) : -1;
}

static void make_operator(struct plan_node *n, int depth)
{
    static const char *const windows[] = {"followed_by", "not_followed_by", "preceded_by",
                                          "not_preceded_by"};
    static const char *const matches[] = {"month", "person", "period", "claim"};
    int kind = dice(6), other = dice(2);
    n->a = make_node(n->contract, depth - 1);
    switch (kind) {
    case 0:
        n->op = "where";
        make_conditions(n);
        return;
    case 1:
        n->op = dice(2) == 0 ? "having" : "lacking";
        n->b = make_node(other, depth - 1);
        n->match = matches[dice(n->contract == ITEMS && other == ITEMS ? 4 : 3)];
        return;
    case 2:
        n->op = windows[dice(4)];
        n->b = make_node(other, depth - 1);
        n->from = dice(3);
        n->to = n->from + dice(3);
        return;
    case 3:
        n->op = "pick";
        n->keep = dice(2) == 0 ? "earliest" : "latest";
        return;
    case 4:
        n->op = "discharges";
        n->keep = dice(3) == 0 ? "all" : "earliest";
        n->scope = dice(2) == 0 ? "period" : "fiscal_year";
        n->gap = 1 + dice(2);
        return;
    default:
        n->op = "union";
        n->b = make_node(n->contract, depth - 1);
    }
}

static int make_node(int contract, int depth)
{
    int id = node_count++;
    struct plan_node *n = &nodes[id];
    *n = (struct plan_node){"scan", contract, -1, -1, -1, -1, -1, -1, false, 0, 0, 0, 0, 0, 0};
    if (depth > 0 && dice(4) != 0)
        make_operator(n, depth);
    else
        make_conditions(n);
    return id;
}

static void write_conditions(struct shy_text *t, const struct plan_node *n)
{
    const char *comma = "";
    shy_text_adds(t, ",'where':[");
    if (n->code >= 0) {
        shy_text_addf(t, "{'column':'%s','in':['k%d']%s}",
                      n->contract == ITEMS ? "item" : "service", n->code,
                      n->not_code ? ",'not':true" : "");
        comma = ",";
    }
    if (n->amount >= 0) {
        shy_text_addf(t, "%s{'column':'%s','from':%d}", comma,
                      n->contract == ITEMS ? "quantity" : "units", n->amount);
        comma = ",";
    }
    if (n->age >= 0) {
        shy_text_addf(t, "%s{'column':'age','from':%d}", comma, n->age);
        comma = ",";
    }
    if (n->scheme >= 0)
        shy_text_addf(t, "%s{'column':'scheme','in':['%s']}", comma, schemes[n->scheme]);
    shy_text_adds(t, "]");
}

static void write_node(struct shy_text *t, int id)
{
    const struct plan_node *n = &nodes[id];
    shy_text_addf(t, "{'op':'%s'", n->op);
    if (strcmp(n->op, "scan") == 0)
        shy_text_addf(t, ",'contract':'%s'",
                      n->contract == ITEMS ? "medical_items" : "care_claims");
    if (strcmp(n->op, "scan") == 0 || strcmp(n->op, "where") == 0)
        write_conditions(t, n);
    if (strcmp(n->op, "union") == 0) {
        shy_text_adds(t, ",'of':[");
        write_node(t, n->a);
        shy_text_adds(t, ",");
        write_node(t, n->b);
        shy_text_adds(t, "]}");
        return;
    }
    if (n->a >= 0) {
        shy_text_adds(t, ",'rows':");
        write_node(t, n->a);
    }
    if (n->b >= 0) {
        shy_text_adds(t, ",'other':");
        write_node(t, n->b);
    }
    if (n->match != NULL)
        shy_text_addf(t, ",'match':'%s'", n->match);
    if (n->keep != NULL)
        shy_text_addf(t, ",'keep':'%s'", n->keep);
    if (n->scope != NULL)
        shy_text_addf(t, ",'scope':'%s','gap':%d", n->scope, n->gap);
    if (strstr(n->op, "ed_by") != NULL)
        shy_text_addf(t, ",'from_month':%d,'to_month':%d", n->from, n->to);
    shy_text_adds(t, "}");
}

/* The other reading ------------------------------------------------------------------------- */

/* Eligibility of a person in a month: the row with the latest start, the greatest scheme and
 * insurer. */
static const struct eligible *eligibility(int person, int month)
{
    const struct eligible *best = NULL;
    for (int i = 0; i < ELIGIBLE; i++) {
        const struct eligible *e = &eligible[i];
        if (e->person != person || e->from > month || (e->to >= 0 && e->to < month))
            continue;
        bool better =
            best == NULL || e->from > best->from ||
            (e->from == best->from &&
             (e->scheme > best->scheme || (e->scheme == best->scheme && e->area > best->area)));
        if (better)
            best = e;
    }
    return best;
}

static bool conditions_hold(const struct plan_node *n, const struct row *r)
{
    const struct eligible *e = eligibility(r->person, r->month);
    if (n->code >= 0 && (r->code == n->code) == n->not_code)
        return false;
    if (n->amount >= 0 && r->amount < n->amount)
        return false;
    if (n->age >= 0 && (e == NULL || (r->month - e->birth) / 12 < n->age))
        return false;
    return n->scheme < 0 || (e != NULL && e->scheme == n->scheme);
}

static bool is_delivered(int id, int month)
{
    const struct plan_node *n = &nodes[id];
    if (strcmp(n->op, "scan") == 0)
        return month >= FIRST && month < FIRST + MONTHS && delivered[n->contract][month - FIRST];
    if (!is_delivered(n->a, month))
        return false;
    bool apart = n->b < 0 || strstr(n->op, "ed_by") != NULL ||
                 (n->match != NULL && strcmp(n->match, "person") == 0);
    return apart || is_delivered(n->b, month);
}

static int state_of(int id, int row);

/* The surest state of the rows of node `id` that the test accepts. */
static int best_of(int id, const struct row *r,
                   bool (*accepts)(const struct plan_node *n, const struct row *r,
                                   const struct row *other),
                   const struct plan_node *n)
{
    int best = NO;
    for (int i = 0; i < ROWS; i++) {
        if (!accepts(n, r, &rows[nodes[id].contract][i]))
            continue;
        int s = state_of(id, i);
        if (s != NO && (best == NO || s < best))
            best = s;
    }
    return best;
}

static bool is_in_period(int month)
{
    return month >= period.first_month && month <= period.last_month;
}

static bool matches(const struct plan_node *n, const struct row *r, const struct row *other)
{
    if (strcmp(n->match, "claim") == 0)
        return r->claim == other->claim;
    return r->person == other->person &&
           (strcmp(n->match, "person") == 0 ||
            (strcmp(n->match, "period") == 0 ? is_in_period(other->month)
                                             : r->month == other->month));
}

static bool in_window(const struct plan_node *n, const struct row *r, const struct row *other)
{
    bool before = strstr(n->op, "preceded") != NULL;
    int distance = before ? r->month - other->month : other->month - r->month;
    return r->person == other->person && distance >= n->from && distance <= n->to;
}

static int worse(int a, int b)
{
    return a > b ? a : b;
}

static int match_state(const struct plan_node *n, int row, int s)
{
    int found = best_of(n->b, &rows[n->contract][row], matches, n);
    if (strcmp(n->op, "having") == 0)
        return found == NO ? NO : worse(s, found);
    return found == NO ? s : found == SURE_ROW ? NO : worse(s, found);
}

static int window_state(const struct plan_node *n, int row, int s)
{
    const struct row *r = &rows[n->contract][row];
    bool before = strstr(n->op, "preceded") != NULL, negated = strstr(n->op, "not_") != NULL;
    for (int k = n->from; k <= n->to; k++) {
        if (!is_delivered(n->b, before ? r->month - k : r->month + k))
            return WINDOW_DOUBT;
    }
    int found = best_of(n->b, r, in_window, n);
    if (negated)
        return found == SURE_ROW ? NO : worse(s, found == NO ? SURE_ROW : found);
    return found == NO ? NO : worse(s, found);
}

/* Which of two rows of a month comes first: column by column, empty first. */
static bool is_before(int contract, int a, int b)
{
    const struct row *r = &rows[contract][a], *q = &rows[contract][b];
    int order = contract == ITEMS ? r->claim - q->claim : 0;
    if (order == 0 && contract == CARE)
        order = r->code - q->code;
    if (order == 0)
        order = r->institution - q->institution;
    if (order == 0 && contract == ITEMS)
        order = r->code - q->code;
    if (order == 0)
        order = r->amount - q->amount;
    return order != 0 ? order < 0 : a < b;
}

/* Is row the one that stands for its person and month in the node's input? */
static bool stands_for_month(const struct plan_node *n, int row)
{
    const struct row *r = &rows[n->contract][row];
    for (int i = 0; i < ROWS; i++) {
        const struct row *q = &rows[n->contract][i];
        if (q->person == r->person && q->month == r->month && state_of(n->a, i) != NO &&
            is_before(n->contract, i, row))
            return false;
    }
    return true;
}

static int worst_of_person(const struct plan_node *n, int person)
{
    int worst = NO;
    for (int i = 0; i < ROWS; i++) {
        if (rows[n->contract][i].person == person)
            worst = worse(worst, state_of(n->a, i));
    }
    return worst;
}

static int pick_state(const struct plan_node *n, int row)
{
    const struct row *r = &rows[n->contract][row];
    for (int i = 0; i < ROWS; i++) {
        int later = rows[n->contract][i].month - r->month;
        if (rows[n->contract][i].person != r->person || state_of(n->a, i) == NO)
            continue;
        if (strcmp(n->keep, "earliest") == 0 ? later < 0 : later > 0)
            return NO;
    }
    return stands_for_month(n, row) ? worst_of_person(n, r->person) : NO;
}

/* A break after the row's month, and how sure it is; keep and scope aside. */
static int break_state(const struct plan_node *n, int row)
{
    const struct row *r = &rows[n->contract][row];
    if (state_of(n->a, row) == NO || !stands_for_month(n, row))
        return NO;
    for (int i = 0; i < ROWS; i++) {
        int later = rows[n->contract][i].month - r->month;
        if (rows[n->contract][i].person == r->person && state_of(n->a, i) != NO && later > 0 &&
            later <= n->gap)
            return NO;
    }
    int s = worst_of_person(n, r->person);
    for (int k = 1; k <= n->gap && s == SURE_ROW; k++) {
        if (!is_delivered(n->a, r->month + k))
            s = END_DOUBT;
    }
    return s;
}

static bool same_scope(const struct plan_node *n, int a, int b)
{
    if (strcmp(n->scope, "fiscal_year") == 0)
        return (a - 3) / 12 == (b - 3) / 12;
    return is_in_period(a) && is_in_period(b);
}

static int discharge_state(const struct plan_node *n, int row)
{
    const struct row *r = &rows[n->contract][row];
    int s = break_state(n, row);
    if (s == NO || strcmp(n->keep, "all") == 0)
        return s;
    if (strcmp(n->scope, "period") == 0 && !is_in_period(r->month))
        return NO;
    for (int i = 0; i < ROWS; i++) {
        const struct row *q = &rows[n->contract][i];
        if (q->person == r->person && q->month < r->month && same_scope(n, q->month, r->month) &&
            break_state(n, i) == SURE_ROW)
            return NO;
    }
    return s;
}

static int8_t memo[NODES][ROWS];

static int fresh_state(const struct plan_node *n, int row)
{
    if (strcmp(n->op, "scan") == 0)
        return conditions_hold(n, &rows[n->contract][row]) ? SURE_ROW : NO;
    int s = state_of(n->a, row);
    if (strcmp(n->op, "union") == 0) {
        int t = state_of(n->b, row);
        return s == NO ? t : t == NO ? s : s < t ? s : t;
    }
    if (s == NO)
        return NO;
    if (strcmp(n->op, "where") == 0)
        return conditions_hold(n, &rows[n->contract][row]) ? s : NO;
    if (strcmp(n->op, "pick") == 0)
        return pick_state(n, row);
    if (strcmp(n->op, "discharges") == 0)
        return discharge_state(n, row);
    return n->match != NULL ? match_state(n, row, s) : window_state(n, row, s);
}

static int state_of(int id, int row)
{
    if (memo[id][row] < 0)
        memo[id][row] = (int8_t)fresh_state(&nodes[id], row);
    return memo[id][row];
}

/* Cells ------------------------------------------------------------------------------------- */

struct question {
    int node;
    const char *leaf, *basis, *set, *code;
    bool monthly;
};

/* Municipality of a row on the basis, or NULL. */
static const char *place_of(const struct question *q, const struct row *r)
{
    static const char *const institutions[] = {"29201", "29206", NULL};
    const struct eligible *e = eligibility(r->person, r->month);
    if (strcmp(q->basis, "institution") == 0)
        return institutions[r->institution];
    if (e == NULL)
        return NULL;
    return areas[strcmp(q->basis, "insurer") == 0 ? e->area : e->home];
}

static bool lies_in(const char *municipality, const struct question *q)
{
    bool north = strcmp(municipality, "29201") == 0 || strcmp(municipality, "29203") == 0;
    if (strcmp(q->set, "municipality") == 0)
        return strcmp(municipality, q->code) == 0;
    if (strcmp(q->set, "secondary") == 0)
        return strcmp(q->code, north ? "2901" : "2902") == 0;
    return strcmp(q->code, "29") == 0;
}

static int same_value(const struct question *q, const struct row *a, const struct row *b)
{
    if (strcmp(q->leaf, "persons") == 0)
        return a->person == b->person;
    if (strcmp(q->leaf, "claims") == 0)
        return a->claim == b->claim;
    if (strcmp(q->leaf, "distinct") == 0)
        return a->institution == b->institution;
    return 0;
}

/* Rows that are the first of their value (in their month, for monthly figures) among counted. */
static long first_of_value(const struct question *q, const struct row *const *counted, int n)
{
    long count = 0;
    for (int i = 0; i < n; i++) {
        bool seen = false;
        for (int k = 0; k < i; k++)
            seen = seen || (same_value(q, counted[i], counted[k]) &&
                            (!q->monthly || counted[i]->month == counted[k]->month));
        count += seen ? 0 : 1;
    }
    return count;
}

static void expected(const struct question *q, char *out, size_t size)
{
    const struct row *counted[ROWS];
    int n = 0, months = period.last_month - period.first_month + 1, have = 0;
    long doubts[4] = {0}, unknown = 0, sum = 0, persons, institutions;
    bool missing = false;
    for (int i = 0; i < ROWS; i++) {
        const struct row *r = &rows[nodes[q->node].contract][i];
        int s = state_of(q->node, i);
        const char *place = place_of(q, r);
        if (s == NO || !is_in_period(r->month))
            continue;
        unknown += place == NULL ? 1 : 0;
        if (place == NULL || !lies_in(place, q))
            continue;
        doubts[s]++;
        if (s == SURE_ROW) {
            counted[n++] = r;
            sum += r->amount;
            missing = missing || r->amount < 0;
        }
    }
    for (int m = period.first_month; m <= period.last_month; m++)
        have += is_delivered(q->node, m) ? 1 : 0;
    struct question support = {.leaf = "persons"};
    persons = first_of_value(&support, counted, n);
    support.leaf = "distinct";
    institutions = first_of_value(&support, counted, n);
    bool is_sum = strcmp(q->leaf, "sum") == 0;
    size_t at = 0;
    if (have == 0 || (q->monthly && have < months))
        at = world_put(out, size, at, "not_computable months_missing");
    else if (doubts[WINDOW_DOUBT] > 0)
        at = world_put(out, size, at, "not_computable window_open");
    else if (is_sum && missing)
        at = world_put(out, size, at, "missing source");
    else {
        const char *reason = have < months           ? " months_missing"
                             : doubts[END_DOUBT] > 0 ? " window_open"
                                                     : "";
        at = world_put(out, size, at, "%s%ld", reason[0] == '\0' ? "" : "~",
                       is_sum ? sum : first_of_value(q, counted, n));
        if (q->monthly && months > 1)
            at = world_put(out, size, at, "/%d", months);
        at = world_put(out, size, at, "%s", reason);
    }
    long doubt = doubts[END_DOUBT] + doubts[WINDOW_DOUBT], most = doubt > unknown ? doubt : unknown;
    at = world_put(out, size, at, " p=%ld i=%ld", persons, institutions);
    at = world_put(out, size, at, "%s%s", doubt > 0 ? " window_excluded" : "",
                   unknown > 0 ? " unknown_area" : "");
    if (most > 0)
        (void)world_put(out, size, at, " %ld", most);
}

static void check_area(const struct question *q, const char *text, const char *document)
{
    char wanted[256], place[64];
    (void)snprintf(place, sizeof place, "%s/%s", q->set, q->code);
    expected(q, wanted, sizeof wanted);
    const char *got = value_full(place, text);
    if (strcmp(got, wanted) != 0)
        print_error("%s %s: '%s', wanted '%s'\n%s\n", place, text, got, wanted, document);
    assert_string_equal(got, wanted);
}

static void check_period(struct question *q, const char *text, const char *document)
{
    static const char *const places[][2] = {
        {"municipality", "29201"}, {"municipality", "29203"}, {"municipality", "29206"},
        {"municipality", "24205"}, {"secondary", "2901"},     {"secondary", "2902"},
        {"prefecture", "29"},      {"prefecture", "13"},
    };
    assert_true(shy_period_parse(text, &period));
    memset(memo, -1, sizeof memo);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        q->set = places[i][0];
        q->code = places[i][1];
        check_area(q, text, document);
    }
}

static void one_case(void)
{
    static const char *const leaves[] = {"rows", "persons", "sum", "distinct", "claims"};
    static const char *const bases[] = {"insurer", "residence", "institution"};
    struct shy_text t = {0};
    struct question q = {0};
    node_count = 0;
    make_data();
    give_world();
    q.node = make_node(dice(2), 3);
    int contract = nodes[q.node].contract;
    q.leaf = leaves[dice(contract == ITEMS ? 5 : 4)];
    q.basis = bases[dice(3)];
    q.monthly = dice(3) == 0;
    if (q.monthly)
        shy_text_adds(&t, "{'op':'monthly_average','value':");
    shy_text_addf(&t, "{'op':'%s','rows':", q.leaf);
    write_node(&t, q.node);
    if (strcmp(q.leaf, "distinct") == 0)
        shy_text_addf(&t, ",'column':'%s'", contract == ITEMS ? "institution" : "office");
    if (strcmp(q.leaf, "sum") == 0)
        shy_text_addf(&t, ",'column':'%s'", contract == ITEMS ? "quantity" : "units");
    shy_text_adds(&t, q.monthly ? "}}" : "}");
    world_value(shy_text_get(&t), q.basis, "municipality,secondary,prefecture",
                "FY2022,FY2023,2023,2023-06");
    check_period(&q, "FY2022", shy_text_get(&t));
    check_period(&q, "FY2023", shy_text_get(&t));
    check_period(&q, "2023", shy_text_get(&t));
    check_period(&q, "2023-06", shy_text_get(&t));
    shy_text_free(&t);
}

static void test_random_plans(void **state)
{
    long start, end = test_cases(CASES, &start);
    (void)state;
    for (long i = start; i < end; i += test_every()) {
        seed = (uint64_t)i + 1;
        (void)dice(2);
        assert_int_equal(world_setup(NULL), 0);
        one_case();
        world_teardown(NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_random_plans)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
