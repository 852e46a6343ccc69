/* One look at each line of a text: same signature and results as stance/line_scan.py, which says
 * what is looked for. A part of the native kernel's module.
 */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

/* Declared again in _kernel.c, whose module these belong to. */
void prepare_lines(void);
PyObject *scan_lines(PyObject *module, PyObject *source);

enum { PLAIN = 1, CLEAN = 2, LED = 4, COLON = 8, BARRED = 16, TAIL_CHARS = 80, LED_CHARS = 61 };

/* What a character below 256 is; the rest is asked one by one. */
enum { SPACE = 1, BREAK = 2, MARKUP = 4, UNPRINTABLE = 8 };
static unsigned char traits[256];

typedef struct {
    Py_ssize_t start, end, n_words; /* the ends cut off */
    int looks;
} Look;

void prepare_lines(void)
{
    for (Py_UCS4 c = 0; c < 256; c++) {
        int is_break = (c >= 0x0a && c <= 0x0d) || (c >= 0x1c && c <= 0x1e) || c == 0x85;
        traits[c] = (unsigned char)((Py_UNICODE_ISSPACE(c) ? SPACE : 0) | (is_break ? BREAK : 0)
                                    | (c && c < 128 && strchr("[<&*_`", (int)c) ? MARKUP : 0)
                                    | (Py_UNICODE_ISPRINTABLE(c) ? 0 : UNPRINTABLE));
    }
}

static inline int is_invisible(Py_UCS4 c)
{
    return c == 0 || (c >= 0x200b && c <= 0x200d) || c == 0x2060 || c == 0xfeff;
}

static inline int is_break(Py_UCS4 c)
{
    return c < 256 ? traits[c] & BREAK : c == 0x2028 || c == 0x2029;
}

static inline int is_space(Py_UCS4 c)
{
    return c < 256 ? traits[c] & SPACE : Py_UNICODE_ISSPACE(c);
}

static inline int is_closer(Py_UCS4 c)
{
    switch (c) {
    case '"': case '\'': case ')': case ']': case '*': case '_': case ' ': case '\t': case 0xa0:
    case 0x2019: case 0x201d: case 0x201c: case 0xbb: case 0x203a:
        return 1;
    default:
        return 0;
    }
}

static inline int is_letter(Py_UCS4 c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Read one line up to its break; return where that stands, or -1 at an invisible character. */
static inline Py_ssize_t look_at(int kind, const void *text, Py_ssize_t at, Py_ssize_t length,
                                 Look *look)
{
    Py_ssize_t first = -1, last = at, n_words = 0, colon = -1;
    int unclean = 0, gap_unclean = 0, barred = 0, n_spaces = 1, after_ascii = 1;
    for (; at < length; at++) {
        Py_UCS4 c = PyUnicode_READ(kind, text, at);
        int is_odd = c < 256 ? traits[c] & (SPACE | UNPRINTABLE) : !Py_UNICODE_ISPRINTABLE(c);
        if (is_odd) {
            if (is_break(c)) {
                break;
            }
            if (is_invisible(c)) {
                return -1;
            }
            if (is_space(c)) {
                n_spaces++;
                gap_unclean |= c != ' ' || n_spaces > 1;
                continue;
            }
        }
        if (first < 0) {
            first = at;
        } else {
            unclean |= gap_unclean;
        }
        n_words += n_spaces > 0;
        after_ascii |= n_spaces > 0;
        n_spaces = gap_unclean = 0;
        last = at + 1;
        if (c < 128) {
            unclean |= is_odd | (traits[c] & MARKUP);
            after_ascii = 1;
            if (c == ':') {
                colon = colon < 0 ? at : colon;
            } else if (c == '|') {
                barred = 1;
            }
            continue;
        }
        unclean |= is_odd | !after_ascii | (c >= 0x370 && c <= 0x4ff);
        after_ascii = 0;
        barred |= c == 0xb7 || c == 0x2022;
    }
    look->start = first;
    look->end = last;
    look->n_words = n_words;
    look->looks = (unclean ? 0 : CLEAN) | (barred ? BARRED : 0);
    if (colon >= 0) {
        look->looks |= COLON | (colon - first < LED_CHARS ? LED : 0);
    }
    return at;
}

static Py_ssize_t look(int kind, const void *text, Py_ssize_t at, Py_ssize_t length, Look *found)
{
    switch (kind) { /* a compiler makes a loop for each kind of this */
    case PyUnicode_1BYTE_KIND:
        return look_at(PyUnicode_1BYTE_KIND, text, at, length, found);
    case PyUnicode_2BYTE_KIND:
        return look_at(PyUnicode_2BYTE_KIND, text, at, length, found);
    default:
        return look_at(PyUnicode_4BYTE_KIND, text, at, length, found);
    }
}

static int ends_sentence(int kind, const void *text, const Look *found)
{
    Py_ssize_t least = found->end - TAIL_CHARS, at = found->end;
    least = least > found->start ? least : found->start;
    while (at > least && is_closer(PyUnicode_READ(kind, text, at - 1))) {
        at--;
    }
    if (at == least) {
        return 0;
    }
    Py_UCS4 c = PyUnicode_READ(kind, text, at - 1);
    return c == '.' || c == '!' || c == '?' || c == 0x2026 || c == 0x3002;
}

static int is_plain(int kind, const void *text, const Look *found)
{
    for (Py_ssize_t i = 0; i < 3 && found->start + i < found->end; i++) {
        Py_UCS4 c = PyUnicode_READ(kind, text, found->start + i);
        if (i ? c >= 128 : !is_letter(c)) {
            return 0;
        }
    }
    for (Py_ssize_t at = found->end; at > found->start; at--) {
        Py_UCS4 c = PyUnicode_READ(kind, text, at - 1);
        if (c != '*' && c != '_' && c != ' ' && c != '\t' && c != 0xa0) {
            return c != ']';
        }
    }
    return 1;
}

/* Return the fields of stance.lines.Line. */
static PyObject *make_line(PyObject *source, Look *found, Py_ssize_t number, int gap)
{
    int kind = PyUnicode_KIND(source);
    const void *text = PyUnicode_DATA(source);
    PyObject *line = PyUnicode_Substring(source, found->start, found->end);
    if (!line) {
        return NULL;
    }
    found->looks |= is_plain(kind, text, found) ? PLAIN : 0;
    return Py_BuildValue("(nnnNs(nn)OnOii)", number, found->start, found->end, line, "",
                         found->start, found->end, gap ? Py_True : Py_False, found->n_words,
                         ends_sentence(kind, text, found) ? Py_True : Py_False, 0, found->looks);
}

PyObject *scan_lines(PyObject *module, PyObject *source)
{
    (void)module;
    if (!PyUnicode_Check(source)) {
        PyErr_Format(PyExc_TypeError, "source: expected str, found %s", Py_TYPE(source)->tp_name);
        return NULL;
    }
    int kind = PyUnicode_KIND(source), gap = 0;
    const void *text = PyUnicode_DATA(source);
    Py_ssize_t length = PyUnicode_GET_LENGTH(source), at = 0;
    PyObject *lines = PyList_New(0);
    for (Py_ssize_t number = 1; lines && at < length; number++, at++) {
        Look found;
        at = look(kind, text, at, length, &found);
        if (at < 0) {
            Py_DECREF(lines);
            Py_RETURN_NONE;
        }
        if (found.start >= 0) {
            PyObject *line = make_line(source, &found, number, gap);
            if (!line || PyList_Append(lines, line) < 0) {
                Py_CLEAR(lines);
            }
            Py_XDECREF(line);
        }
        gap = found.start < 0;
        if (at + 1 < length && PyUnicode_READ(kind, text, at) == '\r'
            && PyUnicode_READ(kind, text, at + 1) == '\n') {
            at++;
        }
    }
    return lines;
}
