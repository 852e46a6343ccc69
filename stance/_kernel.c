/* The native kernel: a list of str -> decision values, in one pass over each string's own buffer.
 *
 * Same class, signatures and results as stance/_kernel_py.py, which is the place to read what is
 * computed; stance/features.py defines tokens, terms and keys. Plain C, as Cython would need a type
 * on every line of this and a second compiler at build time. Not the limited API: it gives no
 * access to the characters of a str without a copy.
 *
 * A paragraph flows through three stages of a block of keys, so that no stage waits for memory:
 * emit (prefetch the table), compare tags (prefetch the term), compare keys and count. Terms stand
 * in the order that they are given in: the most frequent first keeps those in the cache.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* In _lines.c. */
void prepare_lines(void);
PyObject *scan_lines(PyObject *module, PyObject *source);

/* In the order of stance.features.FAMILIES; refused at import where the two differ. */
enum { WORD, PAIR, SKIP, STEM, ZONE, QUOTED, HEDGE, AFTER, N_FAMILIES };
static const char *const FAMILY_NAMES[N_FAMILIES] = {
    "word", "pair", "skip", "stem", "zone", "quoted", "hedge", "after"};

enum {
    BLOCK = 1024,          /* keys in flight */
    TERMS_OF_TOKEN = 16,   /* no token has more */
    FIRST_SLOTS = 1024,    /* of the table of counts, before it grows */
    HEDGE_BITS = 9,
    SLOTS_PER_TERM = 2,    /* of the table of terms, at least */
    MAX_RUN = 1024,        /* full slots side by side; hashes give some 100 at most, a trap more */
    LINE_BYTES = 64,
    N_LOGS = 64,
    MAX_LABELS = 100,
    N_FOLDED = 0x2100,     /* Latin to general punctuation: folded by table */
    RELEASE_CHARS = 20000, /* batches smaller than this keep the GIL: a switch costs more */
};

static const uint64_t M1 = 0x9E3779B97F4A7C15u, M2 = 0xC2B2AE3D27D4EB4Fu, M3 = 0xFF51AFD7ED558CCDu;

/* Lower case of a letter or digit, 0 of anything else; Python's own Unicode data. */
static uint16_t folded[N_FOLDED];
static double log_weights[N_LOGS]; /* 1 + ln(count) */

typedef struct {
    PyObject_HEAD
    Py_ssize_t n_terms, n_labels;
    char *memory, *terms; /* what was allocated; the first Term, on a cache line's border */
    size_t term_bytes;
    uint32_t *table; /* open addressing: tag and 1 + place of a term, 0 where free */
    int shift;       /* key >> shift is where to look first */
    uint32_t table_mask, place_mask;
    double intercept[MAX_LABELS];
    uint64_t hedges[1 << HEDGE_BITS];
    uint64_t hedge_hash, zone_hashes[4], density_hashes[4];
    Py_ssize_t stem_chars, zone_tokens, hedge_zone_tokens, hedge_reach_tokens;
    int has[N_FAMILIES]; /* whether any term of the family is known */
} Kernel;

/* All that is known of a term in one place, so that a term costs one line of cache. */
typedef struct {
    uint64_t key;
    float idf;
    float weights[];
} Term;

typedef struct {
    uint64_t hash, stem;
    Py_ssize_t start, end;
    int is_long, quoted, hedge, after;
} Token;

typedef struct {
    int64_t family, start, end;
} Occurrence;

typedef struct {
    uint32_t term, count; /* a count of 0 marks a free slot */
} Slot;

/* The state of one call; small enough for a thread's stack, grown on the heap by a long text. */
typedef struct {
    const Kernel *model;
    uint64_t keys[BLOCK];
    Occurrence spans[BLOCK]; /* written only where `explained` is wanted */
    Py_ssize_t n_keys;
    Token window[4]; /* token n stands at n % 4 */
    Py_ssize_t n_tokens, n_hedges, n_zone_hedges, reached_to; /* by the last hedge */
    double sums[MAX_LABELS + 1]; /* of the terms counted so far: for each label, and of squares */
    Slot first_slots[FIRST_SLOTS];
    uint32_t first_used[FIRST_SLOTS / 2 + 1];
    Slot *slots; /* counts of the paragraph's distinct terms */
    uint32_t *used; /* half as many as slots, and one that is written in vain */
    uint32_t n_slots, n_used;
    int explaining, out_of_memory;
    Occurrence *explained;
    uint32_t *explained_places;
    Py_ssize_t n_explained, max_explained;
} Scratch;

static inline void prefetch(const void *address)
{
#if defined(__GNUC__)
    __builtin_prefetch(address);
#else
    (void)address;
#endif
}

static inline uint64_t mix(uint64_t hash, uint64_t chunk)
{
    hash = (hash ^ chunk) * M1;
    return hash ^ (hash >> 32);
}

static inline uint64_t combine(uint64_t family, uint64_t first, uint64_t second)
{
    uint64_t value = first + (second << 31 | second >> 33) * M2 + (family + 1) * M1;
    value = (value ^ value >> 33) * M3;
    return value ^ (value >> 29);
}

static uint64_t hash_ascii(const char *text, Py_ssize_t n_bytes, int repeat_first)
{
    uint64_t hash = M2, chunk = 0;
    for (Py_ssize_t i = 0; i < n_bytes; i++) {
        chunk |= (uint64_t)(unsigned char)text[repeat_first ? 0 : i] << (8 * (i & 7));
        if ((i & 7) == 7 || i == n_bytes - 1) {
            hash = mix(hash, chunk);
            chunk = 0;
        }
    }
    return hash;
}

static inline Py_UCS4 fold(Py_UCS4 c)
{
    if (c < N_FOLDED) {
        return folded[c];
    }
    c = Py_UNICODE_TOLOWER(c);
    return Py_UNICODE_ISALNUM(c) ? c : 0;
}

/* The hash of a token as it is read: UTF-8, eight bytes at a time. */
typedef struct {
    uint64_t hash, chunk;
    unsigned shift;
} Hasher;

static inline void put_byte(Hasher *h, uint64_t byte)
{
    h->chunk |= byte << h->shift;
    h->shift += 8;
    if (h->shift == 64) {
        h->hash = mix(h->hash, h->chunk);
        h->chunk = 0;
        h->shift = 0;
    }
}

static inline void put_char(Hasher *h, Py_UCS4 c)
{
    if (c < 0x80) {
        put_byte(h, c);
        return;
    }
    if (c < 0x800) {
        put_byte(h, 0xC0 | c >> 6);
    } else {
        if (c < 0x10000) {
            put_byte(h, 0xE0 | c >> 12);
        } else {
            put_byte(h, 0xF0 | c >> 18);
            put_byte(h, 0x80 | (c >> 12 & 0x3F));
        }
        put_byte(h, 0x80 | (c >> 6 & 0x3F));
    }
    put_byte(h, 0x80 | (c & 0x3F));
}

static inline uint64_t hash_of(const Hasher *h)
{
    return h->shift ? mix(h->hash, h->chunk) : h->hash;
}

/* ---- counts and sums ---- */

static inline const Term *term_at(const Kernel *model, uint32_t place)
{
    return (const Term *)(model->terms + (place - 1) * model->term_bytes);
}

static inline uint32_t slot_of(const Scratch *s, uint32_t term)
{
    uint32_t slot = (term * 0x9E3779B1u) >> 7 & (s->n_slots - 1);
    while (s->slots[slot].count && s->slots[slot].term != term) {
        slot = (slot + 1) & (s->n_slots - 1);
    }
    return slot;
}

static int grow_slots(Scratch *s)
{
    uint32_t n_old = s->n_slots;
    Slot *old = s->slots, *slots = calloc((size_t)n_old * 4, sizeof *slots);
    uint32_t *used = malloc(((size_t)n_old * 2 + 1) * sizeof *used);
    if (!slots || !used) {
        free(slots);
        free(used);
        s->out_of_memory = 1;
        return 0;
    }
    s->slots = slots;
    s->n_slots = n_old * 4;
    for (uint32_t i = 0; i < s->n_used; i++) {
        const Slot *moved = &old[s->used[i]];
        used[i] = slot_of(s, moved->term);
        slots[used[i]] = *moved;
    }
    if (old != s->first_slots) {
        free(old);
        free(s->used);
    }
    s->used = used;
    return 1;
}

static inline double weight_of(uint32_t count)
{
    return count < N_LOGS ? log_weights[count] : 1.0 + log(count);
}

/* Count a term once more, and move the sums from its old value to its new one. */
static inline void count(Scratch *s, uint32_t place, double *sums, const Py_ssize_t n_labels)
{
    const Term *term = term_at(s->model, place);
    uint32_t at = slot_of(s, place);
    if (s->n_used == s->n_slots / 2 && !s->slots[at].count) {
        if (!grow_slots(s)) {
            return;
        }
        at = slot_of(s, place);
    }
    uint32_t before = s->slots[at].count;
    s->slots[at] = (Slot){place, before + 1};
    s->used[s->n_used] = at;
    s->n_used += !before;
    double old = weight_of(before), new = weight_of(before + 1), idf = term->idf;
    double change = (new - old) * idf;
    sums[n_labels] += change * (new + old) * idf;
    for (Py_ssize_t label = 0; label < n_labels; label++) {
        sums[label] += change * term->weights[label];
    }
}

static void remember(Scratch *s, const Occurrence *span, uint32_t place)
{
    if (s->n_explained == s->max_explained) {
        size_t wanted = s->max_explained ? (size_t)s->max_explained * 2 : 512;
        Occurrence *spans = realloc(s->explained, wanted * sizeof *spans);
        s->explained = spans ? spans : s->explained;
        uint32_t *places = realloc(s->explained_places, wanted * sizeof *places);
        s->explained_places = places ? places : s->explained_places;
        if (!spans || !places) {
            s->out_of_memory = 1;
            return;
        }
        s->max_explained = (Py_ssize_t)wanted;
    }
    s->explained[s->n_explained] = *span;
    s->explained_places[s->n_explained++] = place;
}

/* ---- keys -> terms ---- */

/* The tag of a key: its lowest bits, where a table entry has no place. */
static inline uint32_t tag_of(const Kernel *model, uint64_t key)
{
    return (uint32_t)key & ~model->place_mask;
}

/* Return 1 + the place of the term that may have this key, or 0; tags are compared from `at` on. */
static inline uint32_t next_place(const Kernel *model, uint32_t tag, uint32_t *at)
{
    uint32_t entry = model->table[*at];
    while (entry && (entry & ~model->place_mask) != tag) {
        *at = (*at + 1) & model->table_mask;
        entry = model->table[*at];
    }
    return entry & model->place_mask;
}

static inline void flush_for(Scratch *s, const Py_ssize_t n_labels)
{
    const Kernel *model = s->model;
    uint32_t places[BLOCK], found_at[BLOCK];
    uint16_t asked[BLOCK];
    double sums[MAX_LABELS + 1]; /* a copy, as the compiler cannot tell what `s` shares */
    Py_ssize_t n_asked = 0;

    memcpy(sums, s->sums, ((size_t)n_labels + 1) * sizeof *sums);

    for (Py_ssize_t i = 0; i < s->n_keys; i++) {
        uint32_t at = (uint32_t)(s->keys[i] >> model->shift);
        uint32_t place = next_place(model, tag_of(model, s->keys[i]), &at);
        asked[n_asked] = (uint16_t)i;
        found_at[n_asked] = at;
        places[n_asked] = place;
        prefetch(term_at(model, place ? place : 1));
        n_asked += place != 0;
    }
    for (Py_ssize_t i = 0; i < n_asked; i++) {
        uint64_t key = s->keys[asked[i]];
        uint32_t place = places[i], at = found_at[i];
        while (place && term_at(model, place)->key != key) { /* a tag in common, nothing more */
            at = (at + 1) & model->table_mask;
            place = next_place(model, tag_of(model, key), &at);
        }
        if (place) {
            count(s, place, sums, n_labels);
            if (s->explaining) {
                remember(s, &s->spans[asked[i]], place);
            }
        }
    }
    memcpy(s->sums, sums, ((size_t)n_labels + 1) * sizeof *sums);
    s->n_keys = 0;
}

static void flush(Scratch *s)
{
    if (s->model->n_labels == 4) { /* known to the compiler, which then unrolls the loops */
        flush_for(s, 4);
    } else {
        flush_for(s, s->model->n_labels);
    }
}

static inline void emit(Scratch *s, int family, uint64_t first, uint64_t second, Py_ssize_t start,
                        Py_ssize_t end)
{
    uint64_t key = combine((uint64_t)family, first, second);
    prefetch(s->model->table + (key >> s->model->shift));
    if (s->explaining) {
        s->spans[s->n_keys] = (Occurrence){family, start, end};
    }
    s->keys[s->n_keys++] = key;
}

/* Every family of token `number`, in the order of stance.features.iter_terms. */
static inline void emit_token(Scratch *s, Py_ssize_t number)
{
    const Token *t = &s->window[number & 3];
    const int *has = s->model->has;
    if (s->n_keys > BLOCK - TERMS_OF_TOKEN) {
        flush(s);
    }
    emit(s, WORD, t->hash, 0, t->start, t->end);
    if (has[PAIR] && number + 1 < s->n_tokens) {
        const Token *next = &s->window[(number + 1) & 3];
        emit(s, PAIR, t->hash, next->hash, t->start, next->end);
    }
    if (has[SKIP] && number + 2 < s->n_tokens) {
        const Token *next = &s->window[(number + 2) & 3];
        emit(s, SKIP, t->hash, next->hash, t->start, next->end);
    }
    if (has[STEM]) {
        emit(s, STEM, t->stem, 0, t->start, t->end);
        s->n_keys -= !t->is_long; /* no branch, as nobody can predict it */
    }
    if (has[ZONE] && number < s->model->zone_tokens) {
        emit(s, ZONE, t->stem, 0, t->start, t->end);
    }
    if (has[QUOTED] && t->quoted) {
        emit(s, QUOTED, t->hash, 0, t->start, t->end);
    }
    if (has[AFTER] && t->after) {
        emit(s, AFTER, t->stem, 0, t->start, t->end);
    }
    if (has[HEDGE] && t->hedge) {
        emit(s, HEDGE, s->model->hedge_hash, 0, t->start, t->end);
    }
}

static inline int is_hedge(const Kernel *model, uint64_t hash)
{
    uint64_t slot = hash >> (64 - HEDGE_BITS);
    while (model->hedges[slot] && model->hedges[slot] != hash) {
        slot = (slot + 1) & ((1 << HEDGE_BITS) - 1);
    }
    return model->hedges[slot] != 0;
}

/* ---- text -> tokens ---- */

/* The number of bytes before the first zero byte, 8 where there is none. */
static inline Py_ssize_t first_zero(uint64_t word)
{
    uint64_t zeros = (word - 0x0101010101010101u) & ~word & 0x8080808080808080u;
    Py_ssize_t n = 0;
#if defined(__GNUC__)
    return zeros ? __builtin_ctzll(zeros) >> 3 : 8;
#endif
    for (; n < 8 && !(zeros >> (8 * n) & 0x80); n++) {
    }
    return n;
}

static inline uint64_t low_bytes(Py_ssize_t n_bytes)
{
    return n_bytes >= 8 ? UINT64_MAX : ((uint64_t)1 << (8 * n_bytes)) - 1;
}

static inline Py_ssize_t read_token(Scratch *s, int kind, const void *text, Py_ssize_t n_chars,
                                    Py_ssize_t start, Py_UCS4 c)
{
    const Kernel *model = s->model;
    Hasher h = {M2, 0, 0};
    uint64_t stem = 0;
    Py_ssize_t i = start, stem_end = start + model->stem_chars;
    int all_digits = 1;
    while (1) {
        put_char(&h, c);
        all_digits &= c < 0x80 ? c <= '9' && c != '\'' : Py_UNICODE_ISDIGIT(c);
        if (++i == stem_end) {
            stem = hash_of(&h);
        }
        if (i == n_chars) {
            break;
        }
        Py_UCS4 raw = PyUnicode_READ(kind, text, i);
        c = fold(raw);
        if (!c) {
            if ((raw != '\'' && raw != 0x2019) || i + 1 == n_chars
                || !fold(PyUnicode_READ(kind, text, i + 1))) {
                break;
            }
            c = '\'';
        }
    }
    Token *t = &s->window[s->n_tokens & 3];
    t->hash = all_digits ? hash_ascii("0", i - start, 1) : hash_of(&h);
    t->is_long = i > stem_end;
    t->stem = !t->is_long ? t->hash : all_digits ? hash_ascii("0", model->stem_chars, 1) : stem;
    t->start = start;
    t->end = i;
    return i;
}

#if PY_LITTLE_ENDIAN
/* Read a token of up to 15 ASCII letters and digits that starts with a letter; return its end, or
 * 0 for any other token, which read_token can read. */
static inline Py_ssize_t read_word(Scratch *s, int kind, const void *text, Py_ssize_t start)
{
    uint8_t bytes[16];
    uint64_t words[2];
    for (int j = 0; j < 16; j++) { /* plain enough for compilers to do all at once */
        if (kind == PyUnicode_1BYTE_KIND) {
            uint8_t c = ((const uint8_t *)text)[start + j], low = c | 32;
            uint8_t is_word = ((uint8_t)(low - 'a') < 26) | ((uint8_t)(c - '0') < 10);
            bytes[j] = is_word ? low : 0;
        } else {
            uint16_t c = ((const uint16_t *)text)[start + j], low = c | 32;
            uint8_t is_word = ((uint16_t)(low - 'a') < 26) | ((uint16_t)(c - '0') < 10);
            bytes[j] = is_word ? (uint8_t)low : 0;
        }
    }
    memcpy(words, bytes, 16);
    Py_ssize_t n_bytes = first_zero(words[0]);
    if (n_bytes == 8) {
        n_bytes += first_zero(words[1]);
        if (n_bytes == 16) {
            return 0;
        }
    }
    Py_UCS4 after = PyUnicode_READ(kind, text, start + n_bytes);
    if (after == '\'' || after == 0x2019 || (after >= 0x80 && fold(after))) {
        return 0;
    }
    uint64_t hash = mix(M2, words[0] & low_bytes(n_bytes));
    if (n_bytes > 8) {
        hash = mix(hash, words[1] & low_bytes(n_bytes - 8));
    }
    Token *t = &s->window[s->n_tokens & 3];
    t->hash = hash;
    t->is_long = n_bytes > s->model->stem_chars;
    t->stem = t->is_long ? mix(M2, words[0] & low_bytes(s->model->stem_chars)) : hash;
    t->start = start;
    t->end = start + n_bytes;
    return t->end;
}
#endif

static inline void read_text(Scratch *s, int kind, const void *text, Py_ssize_t n_chars)
{
    int quoted = 0;
    for (Py_ssize_t i = 0; i < n_chars;) {
        Py_UCS4 raw = PyUnicode_READ(kind, text, i), c = fold(raw);
        if (!c) {
            if (raw == '"') {
                quoted = !quoted;
            } else if (raw == 0x201C || raw == 0x201D) {
                quoted = raw == 0x201C;
            }
            i++;
            continue;
        }
        Py_ssize_t end = 0;
#if PY_LITTLE_ENDIAN
        if (kind != PyUnicode_4BYTE_KIND && n_chars - i >= 16 && raw < 0x80 && raw > '9'
            && s->model->stem_chars <= 8) {
            end = read_word(s, kind, text, i);
        }
#endif
        i = end ? end : read_token(s, kind, text, n_chars, i, c);
        Token *t = &s->window[s->n_tokens & 3];
        t->quoted = quoted;
        t->hedge = is_hedge(s->model, t->hash);
        t->after = s->n_tokens <= s->reached_to;
        if (t->hedge) {
            s->reached_to = s->n_tokens + s->model->hedge_reach_tokens;
        }
        s->n_hedges += t->hedge;
        s->n_zone_hedges += t->hedge && s->n_tokens < s->model->hedge_zone_tokens;
        if (++s->n_tokens > 2) {
            emit_token(s, s->n_tokens - 3);
        }
    }
}

static void count_terms(Scratch *s, PyObject *text)
{
    const Kernel *model = s->model;
    const void *data = PyUnicode_DATA(text);
    Py_ssize_t n_chars = PyUnicode_GET_LENGTH(text);
    s->n_keys = s->n_tokens = s->n_hedges = s->n_zone_hedges = 0;
    s->reached_to = -1;
    switch (PyUnicode_KIND(text)) { /* three copies, each with its own width of a character */
    case PyUnicode_1BYTE_KIND:
        read_text(s, PyUnicode_1BYTE_KIND, data, n_chars);
        break;
    case PyUnicode_2BYTE_KIND:
        read_text(s, PyUnicode_2BYTE_KIND, data, n_chars);
        break;
    default:
        read_text(s, PyUnicode_4BYTE_KIND, data, n_chars);
    }
    for (Py_ssize_t i = s->n_tokens < 2 ? 0 : s->n_tokens - 2; i < s->n_tokens; i++) {
        emit_token(s, i);
    }
    if (model->has[HEDGE] && s->n_tokens) {
        Py_ssize_t level = s->n_zone_hedges < 3 ? s->n_zone_hedges : 3;
        emit(s, HEDGE, model->zone_hashes[level], 0, 0, 0);
    }
    if (model->has[HEDGE] && s->n_hedges) {
        Py_ssize_t level = 30 * s->n_hedges / s->n_tokens;
        emit(s, HEDGE, model->density_hashes[level < 3 ? level : 3], 0, 0, 0);
    }
    flush(s);
}

/* ---- sums -> decision values ---- */

static inline double norm_of(const Scratch *s)
{
    double squares = s->sums[s->model->n_labels];
    return squares > 0.0 ? sqrt(squares) : 1.0;
}

static inline void score(Scratch *s, PyObject *text, double *decisions)
{
    const Kernel *model = s->model;
    memset(s->sums, 0, ((size_t)model->n_labels + 1) * sizeof *s->sums);
    count_terms(s, text);
    double norm = norm_of(s);
    for (Py_ssize_t label = 0; label < model->n_labels; label++) {
        decisions[label] = s->sums[label] / norm + model->intercept[label];
    }
}

static inline void clear_counts(Scratch *s)
{
    for (uint32_t i = 0; i < s->n_used; i++) {
        s->slots[s->used[i]].count = 0;
    }
    s->n_used = 0;
}

/* Share a term's part of the decision values equally among its occurrences. */
static void fill_contributions(const Scratch *s, double *contributions)
{
    const Py_ssize_t n_labels = s->model->n_labels;
    const double norm = norm_of(s);
    for (Py_ssize_t i = 0; i < s->n_explained; i++) {
        uint32_t place = s->explained_places[i];
        uint32_t n_times = s->slots[slot_of(s, place)].count;
        const Term *term = term_at(s->model, place);
        double value = weight_of(n_times) * term->idf / (norm * n_times);
        for (Py_ssize_t label = 0; label < n_labels; label++) {
            contributions[i * n_labels + label] = value * term->weights[label];
        }
    }
}

static void start(Scratch *s, const Kernel *model, int explaining)
{
    s->model = model;
    s->slots = s->first_slots;
    s->used = s->first_used;
    s->n_slots = FIRST_SLOTS;
    s->n_used = 0;
    s->out_of_memory = 0;
    s->explaining = explaining;
    s->explained = NULL;
    s->explained_places = NULL;
    s->n_explained = s->max_explained = 0;
    memset(s->first_slots, 0, sizeof s->first_slots);
}

static void finish(Scratch *s)
{
    if (s->slots != s->first_slots) {
        free(s->slots);
        free(s->used);
    }
    free(s->explained);
    free(s->explained_places);
}

/* ---- the Python side ---- */

static int ready(PyObject *text)
{
#if PY_VERSION_HEX < 0x030C0000
    return PyUnicode_READY(text) == 0;
#else
    (void)text;
    return 1;
#endif
}

static PyObject *kernel_decision_values(Kernel *self, PyObject *const *args, Py_ssize_t n_args)
{
    Py_buffer out;
    if (n_args != 2) {
        return PyErr_Format(PyExc_TypeError, "expected texts and out, found %zd arguments", n_args);
    }
    /* A tuple of its own: the caller's list may change while the GIL is released. */
    PyObject *texts = PySequence_Tuple(args[0]);
    if (!texts) {
        return NULL;
    }
    const Py_ssize_t n_texts = PyTuple_GET_SIZE(texts), n_labels = self->n_labels;
    Py_ssize_t n_chars = 0;
    for (Py_ssize_t i = 0; i < n_texts; i++) {
        PyObject *text = PyTuple_GET_ITEM(texts, i);
        if (!PyUnicode_Check(text)) {
            PyErr_Format(PyExc_TypeError, "texts[%zd]: expected str, found %s", i,
                         Py_TYPE(text)->tp_name);
            Py_DECREF(texts);
            return NULL;
        }
        if (!ready(text)) {
            Py_DECREF(texts);
            return NULL;
        }
        n_chars += PyUnicode_GET_LENGTH(text);
    }
    if (PyObject_GetBuffer(args[1], &out, PyBUF_WRITABLE) < 0) {
        Py_DECREF(texts);
        return NULL;
    }
    if (out.len != n_texts * n_labels * (Py_ssize_t)sizeof(double)) {
        PyErr_Format(PyExc_ValueError, "out: expected %zd values of 8 bytes, found %zd bytes",
                     n_texts * n_labels, out.len);
        PyBuffer_Release(&out);
        Py_DECREF(texts);
        return NULL;
    }
    double *decisions = out.buf;
    PyThreadState *released = n_chars >= RELEASE_CHARS ? PyEval_SaveThread() : NULL;
    Scratch s;
    start(&s, self, 0);
    for (Py_ssize_t i = 0; i < n_texts && !s.out_of_memory; i++) {
        score(&s, PyTuple_GET_ITEM(texts, i), decisions + i * n_labels);
        clear_counts(&s);
    }
    finish(&s);
    if (released) {
        PyEval_RestoreThread(released);
    }
    PyBuffer_Release(&out);
    Py_DECREF(texts);
    if (s.out_of_memory) {
        return PyErr_NoMemory();
    }
    Py_RETURN_NONE;
}

static PyObject *kernel_explain(Kernel *self, PyObject *text)
{
    if (!PyUnicode_Check(text)) {
        return PyErr_Format(PyExc_TypeError, "text: expected str, found %s",
                            Py_TYPE(text)->tp_name);
    }
    if (!ready(text)) {
        return NULL;
    }
    const Py_ssize_t row_bytes = self->n_labels * (Py_ssize_t)sizeof(double);
    double decisions[MAX_LABELS];
    PyObject *occurrences = NULL, *contributions = NULL, *result = NULL;
    Scratch s;
    start(&s, self, 1);
    score(&s, text, decisions);
    if (s.out_of_memory) {
        PyErr_NoMemory();
    } else {
        occurrences = PyBytes_FromStringAndSize(
            (const char *)s.explained, s.n_explained * (Py_ssize_t)sizeof(Occurrence));
        contributions = PyByteArray_FromStringAndSize(NULL, s.n_explained * row_bytes);
        if (occurrences && contributions) {
            fill_contributions(&s, (double *)PyByteArray_AS_STRING(contributions));
            result = PyTuple_Pack(2, occurrences, contributions);
        }
    }
    finish(&s);
    Py_XDECREF(occurrences);
    Py_XDECREF(contributions);
    return result;
}

static int refuse_run(void)
{
    PyErr_SetString(PyExc_ValueError, "keys: too many close together, so that look-ups would crawl");
    return 0;
}

static int build_table(Kernel *self, const uint64_t *keys, const float *rows)
{
    int place_bits = 1, table_bits = 1;
    while ((Py_ssize_t)1 << place_bits <= self->n_terms) {
        place_bits++;
    }
    while ((Py_ssize_t)1 << table_bits < SLOTS_PER_TERM * self->n_terms) {
        table_bits++;
    }
    self->shift = 64 - table_bits;
    self->table_mask = (uint32_t)(((uint64_t)1 << table_bits) - 1);
    self->place_mask = (uint32_t)(((uint64_t)1 << place_bits) - 1);
    self->term_bytes = (sizeof(Term) + (size_t)self->n_labels * sizeof(float) + 7) / 8 * 8;
    self->table = calloc((size_t)1 << table_bits, sizeof *self->table);
    self->memory = malloc((size_t)self->n_terms * self->term_bytes + LINE_BYTES);
    if (!self->table || !self->memory) {
        PyErr_NoMemory();
        return 0;
    }
    self->terms = self->memory + (LINE_BYTES - (uintptr_t)self->memory % LINE_BYTES);
    Py_ssize_t n_run = 0; /* within 0 and MAX_RUN + 1 */
    for (Py_ssize_t i = 0; i < self->n_terms; i++) {
        const float *row = rows + i * (self->n_labels + 1);
        Term *term = (Term *)(self->terms + (size_t)i * self->term_bytes);
        term->key = keys[i];
        term->idf = row[0];
        memcpy(term->weights, row + 1, (size_t)self->n_labels * sizeof *row);
        uint32_t at = (uint32_t)(keys[i] >> self->shift);
        for (n_run = 0; self->table[at]; at = (at + 1) & self->table_mask) {
            if (++n_run > MAX_RUN) {
                return refuse_run();
            }
            if (term_at(self, self->table[at] & self->place_mask)->key == keys[i]) {
                PyErr_Format(PyExc_ValueError, "keys[%zd]: occurs twice", i);
                return 0;
            }
        }
        self->table[at] = tag_of(self, keys[i]) | (uint32_t)(i + 1);
    }
    n_run = 0;
    for (uint64_t at = 0; at <= self->table_mask && n_run <= MAX_RUN; at++) {
        n_run = self->table[at] ? n_run + 1 : 0;
    }
    return n_run <= MAX_RUN ? 1 : refuse_run();
}

static void set_hedges(Kernel *self, const uint64_t *hashes, Py_ssize_t n_hedges)
{
    for (Py_ssize_t i = 0; i < n_hedges; i++) {
        uint64_t slot = hashes[i] >> (64 - HEDGE_BITS);
        while (self->hedges[slot] && self->hedges[slot] != hashes[i]) {
            slot = (slot + 1) & ((1 << HEDGE_BITS) - 1);
        }
        self->hedges[slot] = hashes[i];
    }
    self->hedge_hash = hash_ascii("hedge", 5, 0);
    for (int level = 0; level < 4; level++) {
        const char zone[] = {'z', 'o', 'n', 'e', '>', (char)('0' + level)};
        const char density[] = {'h', 'e', 'd', 'g', 'e', '>', (char)('0' + level)};
        self->zone_hashes[level] = hash_ascii(zone, 6, 0);
        self->density_hashes[level] = hash_ascii(density, 7, 0);
    }
}

static PyObject *kernel_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"keys", "rows", "intercept", "hedges", "families", "stem_chars",
                            "zone_tokens", "hedge_zone_tokens", "hedge_reach_tokens", NULL};
    Py_ssize_t families;
    Py_buffer keys = {0}, rows = {0}, intercept = {0}, hedges = {0};
    Kernel *self = (Kernel *)type->tp_alloc(type, 0);
    if (!self) {
        return NULL;
    }
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "y*y*y*y*nnnnn:Kernel", names, &keys, &rows,
                                     &intercept, &hedges, &families, &self->stem_chars,
                                     &self->zone_tokens, &self->hedge_zone_tokens,
                                     &self->hedge_reach_tokens)) {
        Py_DECREF(self);
        return NULL;
    }
    self->n_terms = keys.len / 8;
    self->n_labels = intercept.len / 8;
    int is_right = self->n_terms >= 1 && self->n_terms < 1 << 30 && self->n_labels >= 1
                   && self->n_labels <= MAX_LABELS && hedges.len / 8 <= 1 << (HEDGE_BITS - 1)
                   && self->stem_chars >= 1
                   && rows.len == self->n_terms * (self->n_labels + 1) * 4;
    if (!is_right) {
        PyErr_SetString(PyExc_ValueError, "sizes of keys, rows, intercept and hedges disagree");
    } else {
        for (int family = 0; family < N_FAMILIES; family++) {
            self->has[family] = families >> family & 1;
        }
        memcpy(self->intercept, intercept.buf, (size_t)intercept.len);
        set_hedges(self, hedges.buf, hedges.len / 8);
        is_right = build_table(self, keys.buf, rows.buf);
    }
    PyBuffer_Release(&keys);
    PyBuffer_Release(&rows);
    PyBuffer_Release(&intercept);
    PyBuffer_Release(&hedges);
    if (!is_right) {
        Py_CLEAR(self);
    }
    return (PyObject *)self;
}

static void kernel_dealloc(Kernel *self)
{
    PyTypeObject *type = Py_TYPE(self);
    free(self->table);
    free(self->memory);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyMethodDef kernel_methods[] = {
    {"decision_values", (PyCFunction)(void (*)(void))kernel_decision_values, METH_FASTCALL, NULL},
    {"explain", (PyCFunction)kernel_explain, METH_O, NULL},
    {NULL, NULL, 0, NULL}};

static PyType_Slot kernel_slots[] = {{Py_tp_new, kernel_new},
                                     {Py_tp_dealloc, kernel_dealloc},
                                     {Py_tp_methods, kernel_methods},
                                     {0, NULL}};

static PyType_Spec kernel_spec = {"stance._kernel.Kernel", sizeof(Kernel), 0, Py_TPFLAGS_DEFAULT,
                                  kernel_slots};

static int fill_module(PyObject *module)
{
    prepare_lines();
    for (Py_UCS4 c = 0; c < N_FOLDED; c++) {
        Py_UCS4 lower = Py_UNICODE_TOLOWER(c);
        folded[c] = Py_UNICODE_ISALNUM(lower) ? (uint16_t)lower : 0;
    }
    for (int n = 1; n < N_LOGS; n++) {
        log_weights[n] = 1.0 + log(n);
    }
    PyObject *families = PyTuple_New(N_FAMILIES);
    for (int i = 0; families && i < N_FAMILIES; i++) {
        PyObject *name = PyUnicode_FromString(FAMILY_NAMES[i]);
        if (!name) {
            Py_CLEAR(families);
            break;
        }
        PyTuple_SET_ITEM(families, i, name);
    }
    PyObject *type = PyType_FromSpec(&kernel_spec);
    int failed = !families || !type || PyModule_AddObjectRef(module, "FAMILIES", families) < 0
                 || PyModule_AddObjectRef(module, "Kernel", type) < 0;
    Py_XDECREF(families);
    Py_XDECREF(type);
    return failed ? -1 : 0;
}

static PyModuleDef_Slot module_slots[] = {{Py_mod_exec, fill_module},
#ifdef Py_mod_gil
                                          {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
                                          {0, NULL}};

static PyMethodDef module_methods[] = {{"scan_lines", scan_lines, METH_O, NULL},
                                       {NULL, NULL, 0, NULL}};

static PyModuleDef module_def = {PyModuleDef_HEAD_INIT, .m_name = "stance._kernel",
                                 .m_methods = module_methods, .m_slots = module_slots};

PyMODINIT_FUNC PyInit__kernel(void)
{
    return PyModuleDef_Init(&module_def);
}
