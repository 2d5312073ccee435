/* SPDX-License-Identifier: MIT */
#include "config.h"

#include "core/import/claims_link.h"

#include <stdlib.h>

#include "core/base/hash.h"
#include "core/base/i18n.h"
#include "core/import/claims_internal.h"

/* Items that so many rows share are no person's own (a blank written as a number). */
enum { GROUP_MOST = 64, ITEM_MOST = 256 };

void shy_people_free(struct shy_people *p)
{
    shy_free(p->nodes);
    shy_free(p->evidence);
    shy_free(p->rows);
    shy_arena_free(&p->arena);
    *p = (struct shy_people){0};
}

int shy_people_add(struct shy_people *p, const char *text, size_t length, uint32_t *node,
                   struct shihyo_error *err)
{
    if (p->node_count >= SHY_ID_NONE - 2)
        return shy_fail(err, SHY_E_TOO_MANY_PERSONS, _("There are too many person numbers."));
    if (!SHY_GROW(p->nodes, p->node_count, p->node_capacity))
        return shy_fail_nomem(err);
    struct shy_person_node *n = &p->nodes[p->node_count];
    *n = (struct shy_person_node){.length = (uint32_t)length, .parent = (uint32_t)p->node_count};
    n->text = shy_arena_strndup(&p->arena, text, length);
    if (n->text == NULL)
        return shy_fail_nomem(err);
    *node = (uint32_t)p->node_count++;
    return 0;
}

int shy_people_add_evidence(struct shy_people *p, const struct shy_evidence *e,
                            struct shihyo_error *err)
{
    if (!SHY_GROW(p->evidence, p->evidence_count, p->evidence_capacity))
        return shy_fail_nomem(err);
    p->evidence[p->evidence_count++] = *e;
    return 0;
}

/* The five items ------------------------------------------------------------------------- */

/* One character of an item, made comparable: *out becomes the byte that stands for it, -1 where
 * it is a blank, -2 where it stays as it is. Returns its length in bytes. */
static size_t fold(const unsigned char *p, size_t left, int *out)
{
    *out = *p == ' ' || *p == '\t' ? -1 : *p;
    if (*p < 0x80)
        return 1;
    *out = -2;
    if (left < 3)
        return 1;
    /* Full-width forms ！ to ～ (U+FF01 to U+FF5E), the wide blank, hyphens and minus. */
    if (p[0] == 0xef && p[1] == 0xbc && p[2] >= 0x81)
        *out = p[2] - 0x81 + '!';
    else if (p[0] == 0xef && p[1] == 0xbd && p[2] <= 0x9e)
        *out = p[2] - 0x80 + '`';
    else if (p[0] == 0xe3 && p[1] == 0x80 && p[2] == 0x80)
        *out = -1;
    else if (p[0] == 0xe2 &&
             ((p[1] == 0x80 && p[2] >= 0x90 && p[2] <= 0x95) || (p[1] == 0x88 && p[2] == 0x92)))
        *out = '-';
    return *out == -2 ? 1 : 3;
}

/* Leading zeros mean nothing in a number, and everything in other texts. */
static size_t normalise(const char *text, size_t length, char out[ITEM_MOST])
{
    const unsigned char *p = (const unsigned char *)text;
    size_t n = 0, zeros = 0;
    bool digits = true;
    for (size_t i = 0; i < length && n < ITEM_MOST;) {
        int c;
        size_t step = fold(p + i, length - i, &c);
        if (c != -1) {
            char byte = c == -2 ? text[i] : (char)c;
            digits = digits && byte >= '0' && byte <= '9';
            out[n++] = byte;
        }
        i += step;
    }
    while (digits && zeros < n && out[zeros] == '0')
        zeros++;
    memmove(out, out + zeros, n - zeros);
    return n - zeros;
}

bool shy_five_items_hash(const struct shy_five_items *items, unsigned char out[SHY_EVIDENCE_BYTES])
{
    char bytes[3 * (ITEM_MOST + 4) + 8];
    const char *texts[] = {items->insurer, items->symbol, items->number};
    const size_t lengths[] = {items->insurer_length, items->symbol_length, items->number_length};
    size_t used = 0;
    for (int i = 0; i < 3; i++) {
        uint32_t length = (uint32_t)normalise(texts[i], lengths[i], bytes + used + 4);
        if (length == 0 && i != 1)
            return false;
        memcpy(bytes + used, &length, 4);
        used += 4 + length;
    }
    int32_t rest[2] = {items->sex, items->birth};
    memcpy(bytes + used, rest, sizeof rest);
    shy_hash_short(bytes, used + sizeof rest, out);
    return true;
}

/* Joining -------------------------------------------------------------------------------- */

uint32_t shy_people_root(struct shy_people *p, uint32_t node)
{
    while (p->nodes[node].parent != node) {
        p->nodes[node].parent = p->nodes[p->nodes[node].parent].parent;
        node = p->nodes[node].parent;
    }
    return node;
}

static void join(struct shy_people *p, uint32_t a, uint32_t b)
{
    uint32_t x = shy_people_root(p, a), y = shy_people_root(p, b);
    if (x < y)
        p->nodes[y].parent = x;
    else
        p->nodes[x].parent = y;
}

/* What was one person stays one: the segments know no other. */
static int join_known(struct shy_people *p, struct shihyo_error *err)
{
    struct shy_ids first = {0};
    int code = 0;
    for (uint32_t i = 0; i < p->node_count && code == 0; i++) {
        const struct shy_person_node *n = &p->nodes[i];
        uint32_t other;
        if (!n->known)
            continue;
        const struct shy_id person = shy_id_of_numbers(n->partition, n->joined);
        if (!shy_ids_add(&first, person, i, &other))
            code = shy_fail_nomem(err);
        else
            join(p, i, other);
    }
    shy_ids_free(&first);
    return code;
}

static int by_hash(const void *a, const void *b)
{
    const struct shy_evidence *x = a, *y = b;
    int order = memcmp(x->hash, y->hash, sizeof x->hash);
    if (order != 0)
        return order;
    if (x->node != y->node)
        return x->node < y->node ? -1 : 1;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    if (x->known != y->known)
        return x->known ? 1 : -1;
    return (x->last < y->last) - (x->last > y->last);
}

/* Sorted, each (hash, node, first month) once: the newest, of equals the longest. */
static void sort_evidence(struct shy_people *p)
{
    size_t n = 0;
    if (p->evidence_count > 0)
        qsort(p->evidence, p->evidence_count, sizeof *p->evidence, by_hash);
    for (size_t i = 0; i < p->evidence_count; i++) {
        const struct shy_evidence *e = &p->evidence[i], *last = n == 0 ? NULL : &p->evidence[n - 1];
        const struct shy_person_node *node = &p->nodes[e->node];
        if (node->contradicted && !node->known)
            continue;
        if (last != NULL && last->node == e->node && last->first == e->first &&
            memcmp(last->hash, e->hash, sizeof e->hash) == 0)
            continue;
        p->evidence[n++] = *e;
    }
    p->evidence_count = n;
}

/* Two persons who had the same items at the same time in the same register are two. A month that
 * ends one span and begins the other is the month in which the number was changed. */
static bool apart(const struct shy_people *p, const uint32_t *base, const struct shy_evidence *a,
                  const struct shy_evidence *b)
{
    int32_t from = a->first > b->first ? a->first : b->first;
    int32_t to = a->last < b->last ? a->last : b->last;
    if (base[a->node] == base[b->node] || from > to ||
        p->nodes[a->node].medical != p->nodes[b->node].medical)
        return false;
    bool change = from == to && ((a->first < b->first && a->last < b->last) ||
                                 (b->first < a->first && b->last < a->last));
    return !change;
}

static bool fits_several(const struct shy_people *p, const uint32_t *base,
                         const struct shy_evidence *group, size_t count)
{
    if (count > GROUP_MOST)
        return true;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k < count; k++) {
            if (apart(p, base, &group[i], &group[k]))
                return true;
        }
    }
    return false;
}

static void join_group(struct shy_people *p, const uint32_t *base, const struct shy_evidence *group,
                       size_t count)
{
    bool several = fits_several(p, base, group, count);
    for (size_t i = 0; i < count; i++) {
        if (several)
            p->nodes[group[i].node].ambiguous = true;
        else
            join(p, group[0].node, group[i].node);
    }
}

int shy_people_link(struct shy_people *p, struct shihyo_error *err)
{
    uint32_t *base = shy_alloc(p->node_count + 1, sizeof *base);
    int code = base == NULL ? shy_fail_nomem(err) : join_known(p, err);
    sort_evidence(p);
    /* Whether items fit several persons is judged by what was known before, so that it does not
     * depend on the order of groups. */
    for (uint32_t i = 0; i < p->node_count && code == 0; i++)
        base[i] = shy_people_root(p, i);
    for (size_t i = 0; i < p->evidence_count && code == 0;) {
        const struct shy_evidence *group = &p->evidence[i];
        size_t count = 1;
        while (i + count < p->evidence_count &&
               memcmp(group->hash, group[count].hash, sizeof group->hash) == 0)
            count++;
        join_group(p, base, group, count);
        i += count;
    }
    shy_free(base);
    return code;
}

/* Numbers -------------------------------------------------------------------------------- */

uint32_t shy_people_partition(uint8_t sex, int32_t birth, uint32_t partitions)
{
    const int32_t bytes[2] = {sex, birth};
    return (uint32_t)shy_checksum(bytes, sizeof bytes) & (partitions - 1);
}

uint32_t shy_people_partitions(size_t persons)
{
    uint32_t count = 1;
    while (count < SHY_PARTITIONS_MOST && persons > (size_t)count * SHY_PARTITION_PERSONS)
        count *= 2;
    return count;
}

static int compare_texts(const struct shy_person_node *x, const struct shy_person_node *y)
{
    uint32_t least = x->length < y->length ? x->length : y->length;
    int order = memcmp(x->text, y->text, least);
    return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

static int by_text(const void *arg, uint32_t a, uint32_t b)
{
    const struct shy_person_node *nodes = arg;
    return compare_texts(&nodes[a], &nodes[b]);
}

int shy_people_sort(const struct shy_people *p, struct shy_sort_item *items, size_t count,
                    unsigned bits, struct shihyo_error *err)
{
    const struct shy_person_node *first = count == 0 ? NULL : &p->nodes[items[0].at];
    size_t shared = count == 0 ? 0 : first->length;
    for (size_t i = 1; i < count; i++) {
        const struct shy_person_node *n = &p->nodes[items[i].at];
        shared = shy_sort_shared(first->text, first->length, n->text, n->length, shared);
    }
    for (size_t i = 0; i < count; i++) {
        const struct shy_person_node *n = &p->nodes[items[i].at];
        items[i].key =
            items[i].key << (64 - bits) | shy_sort_prefix(n->text, n->length, shared, 64 - bits);
    }
    return shy_sort_items(items, count, by_text, p->nodes, err);
}

/* The local number of every root that has a known node (the least of theirs), else SHY_ID_NONE. */
static void number_known(struct shy_people *p, uint32_t *of_root)
{
    for (uint32_t i = 0; i < p->node_count; i++)
        of_root[i] = SHY_ID_NONE;
    for (uint32_t i = 0; i < p->node_count; i++) {
        uint32_t root = shy_people_root(p, i);
        if (p->nodes[i].known && p->nodes[i].joined < of_root[root])
            of_root[root] = p->nodes[i].joined;
    }
}

/* least[root]: the node of the least text, for roots without a known node. out: these nodes. */
static size_t list_newcomers(struct shy_people *p, const uint32_t *of_root, uint32_t *least,
                             struct shy_sort_item *out)
{
    size_t count = 0;
    for (uint32_t i = 0; i < p->node_count; i++)
        least[i] = SHY_ID_NONE;
    for (uint32_t i = 0; i < p->node_count; i++) {
        uint32_t root = shy_people_root(p, i);
        if (of_root[root] != SHY_ID_NONE || p->nodes[i].contradicted)
            continue;
        if (least[root] == SHY_ID_NONE || compare_texts(&p->nodes[i], &p->nodes[least[root]]) < 0)
            least[root] = i;
    }
    for (uint32_t i = 0; i < p->node_count; i++) {
        if (least[i] != SHY_ID_NONE)
            out[count++].at = least[i];
    }
    return count;
}

/* In the order of partition, month of birth, sex and number. */
static int number_newcomers(struct shy_people *p, struct shy_sort_item *list, size_t count,
                            uint32_t *of_root, struct shihyo_error *err)
{
    enum { SEX = 2, BIRTH = 27 };
    for (size_t i = 0; i < count; i++) {
        const struct shy_person_node *n = &p->nodes[list[i].at];
        list[i].key = ((uint64_t)n->partition << BIRTH | (uint32_t)n->birth) << SEX | n->sex;
    }
    SHY_TRY(shy_people_sort(p, list, count, SHY_PARTITION_BITS + BIRTH + SEX, err));
    for (size_t i = 0; i < count; i++) {
        uint32_t *next = &p->persons[p->nodes[list[i].at].partition];
        if (*next >= SHY_PERSON_MOST - 2)
            return shy_fail(err, SHY_E_TOO_MANY_PERSONS,
                            _("A partition has too many persons: the months of birth cannot be "
                              "right."));
        of_root[shy_people_root(p, list[i].at)] = (*next)++;
    }
    return 0;
}

static void give_numbers(struct shy_people *p, const uint32_t *of_root)
{
    for (uint32_t i = 0; i < p->node_count; i++) {
        struct shy_person_node *n = &p->nodes[i];
        uint32_t number = of_root[shy_people_root(p, i)];
        if (n->known && n->joined != number)
            p->joined++;
        n->joined = number;
        if (!n->known)
            n->person = number;
    }
}

int shy_people_number(struct shy_people *p, uint32_t *partitions, struct shihyo_error *err)
{
    uint32_t *of_root = shy_alloc(p->node_count + 1, sizeof *of_root);
    uint32_t *least = shy_alloc(p->node_count + 1, sizeof *least);
    struct shy_sort_item *list = shy_alloc(p->node_count + 1, sizeof *list);
    int code = 0;
    if (of_root == NULL || least == NULL || list == NULL) {
        code = shy_fail_nomem(err);
    } else {
        number_known(p, of_root);
        size_t count = list_newcomers(p, of_root, least, list);
        if (*partitions == 0)
            *partitions = shy_people_partitions(count);
        for (size_t i = 0; i < p->node_count; i++) {
            if (!p->nodes[i].known)
                p->nodes[i].partition =
                    shy_people_partition(p->nodes[i].sex, p->nodes[i].birth, *partitions);
        }
        code = number_newcomers(p, list, count, of_root, err);
        if (code == 0)
            give_numbers(p, of_root);
    }
    shy_free(list);
    shy_free(least);
    shy_free(of_root);
    return code;
}
