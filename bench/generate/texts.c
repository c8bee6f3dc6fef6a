/* texts.c - words in three languages, drawn by Zipf's law. */
#include "generate/generate.h"

#include <math.h>

#define WORDS_MAX 64

/* From what is said every day to what is said once a year. */
static const char *const nouns[LANG_COUNT][WORDS_MAX] = {
    [LANG_EN] = { "laptop",      "screen",     "password", "printer",   "network",     "invoice",
                  "account",     "badge",      "meeting",  "phone",     "keyboard",    "VPN",
                  "mailbox",     "licence",    "desk",     "office",    "camera",      "cable",
                  "update",      "folder",     "calendar", "report",    "contract",    "supplier",
                  "training",    "heating",    "window",   "door",      "lamp",        "projector",
                  "headset",     "adapter",    "battery",  "charger",   "spreadsheet", "firewall",
                  "certificate", "parking",    "bicycle",  "kettle",    "whiteboard",  "scanner",
                  "microscope",  "centrifuge", "pipette",  "turbidity", "manometer",   "theodolite",
                  "gyroscope",   "seismograph" },
    [LANG_SV] = { "dator",       "skärm",     "lösenord",   "skrivare",     "nätverk",
                  "faktura",     "konto",     "passerkort", "möte",         "telefon",
                  "tangentbord", "VPN",       "brevlåda",   "licens",       "skrivbord",
                  "kontor",      "kamera",    "kabel",      "uppdatering",  "mapp",
                  "kalender",    "rapport",   "avtal",      "leverantör",   "utbildning",
                  "värme",       "fönster",   "dörr",       "lampa",        "projektor",
                  "hörlurar",    "laddare",   "batteri",    "kalkylark",    "brandvägg",
                  "certifikat",  "parkering", "cykel",      "vattenkokare", "tavla",
                  "skanner",     "mikroskop", "centrifug",  "pipett",       "grumlighet",
                  "manometer",   "teodolit",  "gyroskop",   "seismograf" },
    [LANG_ZH] = { "电脑",   "显示器", "密码",   "打印机",   "网络",   "发票",   "账号",   "门禁卡",
                  "会议",   "电话",   "键盘",   "虚拟专网", "邮箱",   "许可证", "办公桌", "办公室",
                  "摄像头", "数据线", "更新",   "文件夹",   "日历",   "报告",   "合同",   "供应商",
                  "培训",   "暖气",   "窗户",   "大门",     "台灯",   "投影仪", "耳机",   "适配器",
                  "电池",   "充电器", "表格",   "防火墙",   "证书",   "停车位", "自行车", "水壶",
                  "白板",   "扫描仪", "显微镜", "离心机",   "移液管", "浊度计", "压力表", "经纬仪",
                  "陀螺仪", "地震仪" },
};
/* %s: a noun. */
static const char *const sentences[LANG_COUNT][12] = {
    [LANG_EN] = { "The %s has not worked since this morning.", "I need help with the %s, please.",
                  "Could you look at the %s before Friday?", "We have checked the %s once more.",
                  "The %s is ordered and comes next week.", "Please send a picture of the %s.",
                  "It is about the %s on the third floor.", "The new %s is here, thank you.",
                  "The old %s can go back to the store.", "Nobody can find the %s.",
                  "The manual of the %s is out of date.", "It happens each time the %s is used." },
    [LANG_SV] = { "Det gäller %s, som inte fungerar sedan i morse.", "Jag behöver hjälp med %s.",
                  "Kan ni titta på %s före fredag?", "Vi har kontrollerat %s en gång till.",
                  "Ny %s är beställd och kommer nästa vecka.", "Skicka gärna en bild på %s.",
                  "Det handlar om %s på tredje våningen.", "Ny %s är på plats, tack så mycket.",
                  "Gammal %s kan gå tillbaka till lagret.", "Ingen hittar rätt %s.",
                  "Handboken för %s är gammal.", "Det händer varje gång som %s används." },
    [LANG_ZH] = { "%s从今天早上起就不能用了。", "请帮我看一下%s。", "星期五之前能检查%s吗？",
                  "我们又检查了一次%s。", "新的%s已经订购，下周到货。", "请发一张%s的照片。",
                  "是三楼的%s。", "新的%s收到了，谢谢。", "旧的%s可以退回仓库。",
                  "没有人找得到%s。", "%s的说明书过期了。", "每次使用%s都会这样。" },
};
static const char *const given[LANG_COUNT][24] = {
    [LANG_EN] = { "Alice", "Ben",   "Clara", "Daniel", "Emma",  "Frank", "Grace", "Harry",
                  "Isla",  "Jack",  "Kate",  "Liam",   "Mary",  "Noah",  "Olive", "Peter",
                  "Rose",  "Simon", "Tess",  "Victor", "Wendy", "Zoe",   "Hugh",  "Maud" },
    [LANG_SV] = { "Anna", "Bengt", "Cecilia", "David", "Elsa",  "Filip", "Gunilla", "Henrik",
                  "Ida",  "Johan", "Karin",   "Lars",  "Märta", "Nils",  "Olle",    "Pia",
                  "Rut",  "Sven",  "Tyra",    "Ulf",   "Vera",  "Åke",   "Åsa",     "Östen" },
    [LANG_ZH] = { "伟", "芳", "娜", "敏", "静", "丽",   "强", "磊", "军", "洋",   "勇",   "艳",
                  "杰", "娟", "涛", "明", "超", "秀英", "霞", "平", "刚", "桂英", "建国", "小红" },
};
static const char *const family[LANG_COUNT][24] = {
    [LANG_EN] = { "Ash",   "Barker", "Cole",   "Dunn",  "Ellis", "Frost", "Gray",   "Hill",
                  "Irwin", "Jones",  "Knight", "Lane",  "Moss",  "Nash",  "Owen",   "Pike",
                  "Reed",  "Shaw",   "Todd",   "Vance", "Webb",  "York",  "Thorne", "Marsh" },
    [LANG_SV] = { "Ahl",     "Berg",     "Dahl",      "Ek",      "Falk",     "Gran",
                  "Hedlund", "Isaksson", "Johansson", "Kvist",   "Lind",     "Malm",
                  "Nyström", "Öberg",    "Palm",      "Rosén",   "Sjögren",  "Törn",
                  "Uggla",   "Vik",      "Wallin",    "Åkesson", "Ängström", "Lund" },
    [LANG_ZH] = { "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙",
                  "胡", "朱", "高", "林", "何", "郭", "马", "罗", "梁", "宋", "郑", "谢" },
};

uint64_t draw(Draw *d)
{
    uint64_t z = d->state += UINT64_C(0x9e3779b97f4a7c15); /* splitmix64 */

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

size_t draw_below(Draw *d, size_t n)
{
    return (size_t)(draw(d) % n);
}

bool draw_chance(Draw *d, int percent)
{
    return draw_below(d, 100) < (size_t)percent;
}

/* By the integral of 1/x, which needs no table: each doubling of the rank is as likely as the next. */
size_t draw_zipf(Draw *d, size_t n)
{
    double u = (double)(draw(d) >> 11) / 9007199254740992.0;
    size_t i = (size_t)pow((double)n + 1, u) - 1;

    return i < n ? i : n - 1;
}

static size_t count(const char *const *list, size_t max)
{
    size_t n = 0;

    while (n < max && list[n] != NULL)
        n++;
    return n;
}

static const char *noun(Draw *d, Lang lang)
{
    return nouns[lang][draw_zipf(d, count(nouns[lang], WORDS_MAX))];
}

/* The words before "%s", a noun, the words after it; now and then the label of a thing, which few texts have. */
Str text_sentence(Arena *a, Draw *d, Lang lang)
{
    const char *frame = sentences[lang][draw_below(d, COUNT_OF(sentences[lang]))];
    const char *gap = strstr(frame, "%s");
    Str s = str_fmt(a, "%.*s%s%s", (int)(gap - frame), frame, noun(d, lang), gap + 2);

    return draw_chance(d, 25) ? str_fmt(a, "%.*s LF-%05zu", STR_ARG(s), draw_below(d, 100000)) : s;
}

Str text_name(Arena *a, Draw *d, Lang lang)
{
    const char *first = given[lang][draw_below(d, COUNT_OF(given[lang]))];
    const char *last = family[lang][draw_below(d, COUNT_OF(family[lang]))];

    return lang == LANG_ZH ? str_fmt(a, "%s%s", last, first) : str_fmt(a, "%s %s", first, last);
}
