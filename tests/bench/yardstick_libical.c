/* What libical's own parse of a whole calendar costs: `yardstick_libical string|stream FILE` prints
 * how many events were found. The two ways give the same; the faster one is what we compare with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <libical/ical.h>

static char *read_line(char *line, size_t size, void *file)
{
    return fgets(line, (int)size, file);
}

static icalcomponent *parse_stream(FILE *file)
{
    icalparser *parser = icalparser_new();
    icalparser_set_gen_data(parser, file);
    icalcomponent *root = icalparser_parse(parser, read_line);
    icalparser_free(parser);
    return root;
}

static icalcomponent *parse_string(FILE *file)
{
    if (fseek(file, 0, SEEK_END) != 0)
        return NULL;
    long size = ftell(file);
    rewind(file);
    char *text = size < 0 ? NULL : malloc((size_t)size + 1);
    if (text == NULL)
        return NULL;
    text[fread(text, 1, (size_t)size, file)] = '\0';
    icalcomponent *root = icalparser_parse_string(text);
    free(text);
    return root;
}

int main(int argc, char **argv)
{
    FILE *file = argc == 3 ? fopen(argv[2], "r") : NULL;
    if (file == NULL)
        return 1;
    icalcomponent *root = strcmp(argv[1], "string") == 0 ? parse_string(file) : parse_stream(file);
    fclose(file);
    if (root == NULL)
        return 1;
    printf("%d\n", icalcomponent_count_components(root, ICAL_VEVENT_COMPONENT));
    icalcomponent_free(root);
    return 0;
}
