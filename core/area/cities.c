/* SPDX-License-Identifier: MIT */
/*
 * Designated cities. Statistics give them as wards or as a city, some tables both; their insurers
 * are the cities. Codes and names: 全国地方公共団体コード (総務省, 2024), with the special wards
 * of Tokyo, whose sum has a code of the same kind.
 */
#include "config.h"

#include "core/area/area_internal.h"

#include <string.h>

static const struct {
    const char *code, *name;
} cities[] = {
    {"01100", "札幌市"},   {"04100", "仙台市"}, {"11100", "さいたま市"}, {"12100", "千葉市"},
    {"13100", "特別区部"}, {"14100", "横浜市"}, {"14130", "川崎市"},     {"14150", "相模原市"},
    {"15100", "新潟市"},   {"22100", "静岡市"}, {"22130", "浜松市"},     {"23100", "名古屋市"},
    {"26100", "京都市"},   {"27100", "大阪市"}, {"27140", "堺市"},       {"28100", "神戸市"},
    {"33100", "岡山市"},   {"34100", "広島市"}, {"40100", "北九州市"},   {"40130", "福岡市"},
    {"43100", "熊本市"},
};

_Static_assert(sizeof cities / sizeof cities[0] == SHY_AREA_CITIES, "the number of cities");

const char *shy_area_city(size_t i)
{
    return i < SHY_AREA_CITIES ? cities[i].code : NULL;
}

const char *shy_area_city_name(const char *code)
{
    for (size_t i = 0; i < SHY_AREA_CITIES; i++) {
        if (strcmp(cities[i].code, code) == 0)
            return cities[i].name;
    }
    return NULL;
}

/* Codes of wards are 101 to 199 behind the prefecture's; those of a city follow its own, up to the
 * next city's. */
const char *shy_city_of_ward(const char *code)
{
    const char *city = NULL;
    if (strlen(code) != 5 || code[2] != '1')
        return NULL;
    for (size_t i = 0; i < SHY_AREA_CITIES; i++) {
        if (strncmp(cities[i].code, code, 2) == 0 && strcmp(cities[i].code, code) < 0)
            city = cities[i].code;
        if (strcmp(cities[i].code, code) == 0)
            return NULL;
    }
    return city;
}

bool shy_is_city(const char *code)
{
    return shy_area_city_name(code) != NULL;
}
