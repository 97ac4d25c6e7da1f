/* What jansson's reading of a whole schedule.json costs: `yardstick_jansson FILE` prints how many
 * events it holds. */
#include <stdio.h>

#include <jansson.h>

int main(int argc, char **argv)
{
    json_t *root = argc == 2 ? json_load_file(argv[1], 0, NULL) : NULL;
    json_t *schedule = json_object_get(root, "schedule");
    json_t *days = json_object_get(json_object_get(schedule, "conference"), "days");
    size_t i, count = 0;
    json_t *day, *events;
    const char *room;
    if (days == NULL)
        return 1;
    json_array_foreach(days, i, day)
    {
        json_object_foreach(json_object_get(day, "rooms"), room, events)
        {
            count += json_array_size(events);
        }
    }
    printf("%zu\n", count);
    json_decref(root);
    return 0;
}
