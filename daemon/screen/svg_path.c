/* What SVG writes as numbers: lengths, transforms, path data. */
#include "svg_style.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_BYTES 48
#define PI 3.14159265358979323846
/* Beyond it a drawing is broken, and sums would lose their digits. */
#define NUMBER_MAX 1e9

static const char *skip_separators(const char *text)
{
    while (*text && strchr(" \t\r\n\f,", *text))
        text++;
    return text;
}

static size_t count_digits(const char *text)
{
    size_t count = 0;
    while (text[count] >= '0' && text[count] <= '9')
        count++;
    return count;
}

/* How many bytes of `text` are a number; 0: none. strtod takes more than SVG has. */
static size_t number_length(const char *text)
{
    size_t sign = *text == '+' || *text == '-', whole = count_digits(text + sign);
    size_t length = sign + whole;
    size_t part = text[length] == '.' ? count_digits(text + length + 1) : 0;
    if (whole == 0 && part == 0)
        return 0;
    if (text[length] == '.')
        length += 1 + part;
    if (text[length] == 'e' || text[length] == 'E') {
        size_t mark = 1 + (text[length + 1] == '+' || text[length + 1] == '-');
        size_t digits = count_digits(text + length + mark);
        length += digits > 0 ? mark + digits : 0;
    }
    return length;
}

bool svg_number(const char **text, double *ret_number)
{
    char digits[NUMBER_BYTES];
    const char *start = skip_separators(*text);
    size_t length = number_length(start);
    if (length == 0 || length >= sizeof digits)
        return false;
    memcpy(digits, start, length);
    digits[length] = '\0';
    double number = strtod(digits, NULL);
    if (!(fabs(number) <= NUMBER_MAX))
        return false;
    *ret_number = number;
    *text = start + length;
    return true;
}

bool svg_length(const char *text, double *ret_length)
{
    static const struct {
        const char *unit;
        double size;
    } units[] = {{"", 1},           {"px", 1},         {"pt", 96 / 72.0}, {"pc", 16},
                 {"mm", 96 / 25.4}, {"cm", 96 / 2.54}, {"in", 96}};
    double number;
    if (!svg_number(&text, &number))
        return false;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (strcmp(text, units[i].unit) == 0) {
            *ret_length = number * units[i].size;
            return true;
        }
    }
    return false;
}

static void multiply(struct outline_matrix *matrix, struct outline_matrix by)
{
    struct outline_matrix m = *matrix;
    *matrix = (struct outline_matrix){m.a * by.a + m.c * by.b,       m.b * by.a + m.d * by.b,
                                      m.a * by.c + m.c * by.d,       m.b * by.c + m.d * by.d,
                                      m.a * by.e + m.c * by.f + m.e, m.b * by.e + m.d * by.f + m.f};
}

static bool apply(const char *name, size_t length, const double *n, int count,
                  struct outline_matrix *matrix)
{
    double angle = n[0] * PI / 180;
    if (length == 6 && memcmp(name, "matrix", 6) == 0 && count == 6) {
        multiply(matrix, (struct outline_matrix){n[0], n[1], n[2], n[3], n[4], n[5]});
    } else if (length == 9 && memcmp(name, "translate", 9) == 0 && count >= 1 && count <= 2) {
        multiply(matrix, (struct outline_matrix){1, 0, 0, 1, n[0], count > 1 ? n[1] : 0});
    } else if (length == 5 && memcmp(name, "scale", 5) == 0 && count >= 1 && count <= 2) {
        multiply(matrix, (struct outline_matrix){n[0], 0, 0, count > 1 ? n[1] : n[0], 0, 0});
    } else if (length == 6 && memcmp(name, "rotate", 6) == 0 && (count == 1 || count == 3)) {
        double x = count == 3 ? n[1] : 0, y = count == 3 ? n[2] : 0;
        multiply(matrix, (struct outline_matrix){1, 0, 0, 1, x, y});
        multiply(matrix,
                 (struct outline_matrix){cos(angle), sin(angle), -sin(angle), cos(angle), 0, 0});
        multiply(matrix, (struct outline_matrix){1, 0, 0, 1, -x, -y});
    } else if (length == 5 && memcmp(name, "skewX", 5) == 0 && count == 1) {
        multiply(matrix, (struct outline_matrix){1, 0, tan(angle), 1, 0, 0});
    } else if (length == 5 && memcmp(name, "skewY", 5) == 0 && count == 1) {
        multiply(matrix, (struct outline_matrix){1, tan(angle), 0, 1, 0, 0});
    } else {
        return false;
    }
    return true;
}

bool svg_transform(const char *text, struct outline_matrix *matrix)
{
    for (text = skip_separators(text); *text; text = skip_separators(text)) {
        const char *name = text;
        while (isalpha((unsigned char)*text))
            text++;
        size_t length = (size_t)(text - name);
        text += strspn(text, " \t\r\n");
        if (*text++ != '(')
            return false;
        double numbers[6] = {0};
        int count = 0;
        while (count < 6 && svg_number(&text, &numbers[count]))
            count++;
        text = skip_separators(text);
        if (*text++ != ')' || !apply(name, length, numbers, count, matrix))
            return false;
    }
    return true;
}

/* Where path data has come to. */
struct path {
    const char *text;
    struct outline *outline;
    double tolerance;
    struct outline_point at, start;
    /* The last curve's second control point, which a smooth curve mirrors; what curve that was. */
    struct outline_point control;
    char previous;
};

static bool take_point(struct path *path, bool relative, struct outline_point *ret_point)
{
    if (!svg_number(&path->text, &ret_point->x) || !svg_number(&path->text, &ret_point->y))
        return false;
    if (relative) {
        ret_point->x += path->at.x;
        ret_point->y += path->at.y;
    }
    return true;
}

static bool take_flag(struct path *path, bool *ret_flag)
{
    path->text = skip_separators(path->text);
    if (*path->text != '0' && *path->text != '1')
        return false;
    *ret_flag = *path->text++ == '1';
    return true;
}

static struct outline_point mirrored(const struct path *path, const char *curves)
{
    if (!path->previous || !strchr(curves, path->previous))
        return path->at;
    return (struct outline_point){2 * path->at.x - path->control.x,
                                  2 * path->at.y - path->control.y};
}

static void line_to(struct path *path, struct outline_point to)
{
    outline_line(path->outline, to.x, to.y);
    path->at = to;
}

static void cubic_to(struct path *path, struct outline_point first, struct outline_point second,
                     struct outline_point to)
{
    outline_cubic(path->outline, (struct outline_point[3]){first, second, to}, path->tolerance);
    path->control = second;
    path->at = to;
}

static void quadratic_to(struct path *path, struct outline_point control, struct outline_point to)
{
    struct outline_point at = path->at;
    struct outline_point first = {at.x + (control.x - at.x) * 2 / 3,
                                  at.y + (control.y - at.y) * 2 / 3};
    struct outline_point second = {to.x + (control.x - to.x) * 2 / 3,
                                   to.y + (control.y - to.y) * 2 / 3};
    cubic_to(path, first, second, to);
    path->control = control;
}

static bool take_curve(struct path *path, char letter, bool relative)
{
    struct outline_point first, second, to;
    if (letter == 'C' || letter == 'S') {
        first = mirrored(path, "CS");
        if ((letter == 'C' && !take_point(path, relative, &first)) ||
            !take_point(path, relative, &second) || !take_point(path, relative, &to))
            return false;
        cubic_to(path, first, second, to);
        return true;
    }
    first = mirrored(path, "QT");
    if ((letter == 'Q' && !take_point(path, relative, &first)) || !take_point(path, relative, &to))
        return false;
    quadratic_to(path, first, to);
    return true;
}

static bool take_arc(struct path *path, bool relative)
{
    double rx, ry, turn;
    bool large, sweep;
    struct outline_point to;
    if (!svg_number(&path->text, &rx) || !svg_number(&path->text, &ry) ||
        !svg_number(&path->text, &turn) || !take_flag(path, &large) || !take_flag(path, &sweep) ||
        !take_point(path, relative, &to))
        return false;
    outline_arc(path->outline, rx, ry, turn, large, sweep, to, path->tolerance);
    path->at = to;
    return true;
}

static bool take_straight(struct path *path, char letter, bool relative)
{
    struct outline_point to = path->at;
    double number;
    if (letter == 'L') {
        if (!take_point(path, relative, &to))
            return false;
    } else if (!svg_number(&path->text, &number)) {
        return false;
    } else if (letter == 'H') {
        to.x = relative ? to.x + number : number;
    } else {
        to.y = relative ? to.y + number : number;
    }
    line_to(path, to);
    return true;
}

static bool take_move(struct path *path, bool relative)
{
    struct outline_point to;
    if (!take_point(path, relative, &to))
        return false;
    outline_move(path->outline, to.x, to.y);
    path->at = path->start = to;
    return true;
}

/* What follows a letter once; a letter counts for all numbers up to the next. */
static bool take_step(struct path *path, char letter, bool relative)
{
    /* After a closed part a new one begins where that began. */
    if (path->previous == 'Z' && letter != 'M')
        outline_move(path->outline, path->start.x, path->start.y);
    switch (letter) {
    case 'M':
        return take_move(path, relative);
    case 'L':
    case 'H':
    case 'V':
        return take_straight(path, letter, relative);
    case 'A':
        return take_arc(path, relative);
    default:
        return take_curve(path, letter, relative);
    }
}

bool svg_path(const char *data, double tolerance, struct outline *outline)
{
    struct path path = {.text = data, .outline = outline, .tolerance = tolerance};
    char letter = '\0';
    bool relative = false;
    while (*(path.text = skip_separators(path.text))) {
        if (isalpha((unsigned char)*path.text)) {
            relative = islower((unsigned char)*path.text);
            letter = (char)toupper((unsigned char)*path.text++);
            if (!strchr("MLHVCSQTAZ", letter) || (!path.previous && letter != 'M'))
                return false;
            if (letter == 'Z') {
                outline_close(outline);
                path.at = path.start;
                path.previous = letter;
                continue;
            }
        } else if (letter == '\0' || letter == 'Z') {
            return false;
        }
        if (!take_step(&path, letter, relative))
            return false;
        path.previous = letter;
        letter = letter == 'M' ? 'L' : letter;
    }
    return true;
}
