#include <roomsign/news.h>

#include <roomsign/civil.h>

static int64_t turn_of(int64_t now_ms)
{
    return now_ms / NEWS_EACH_MS - (now_ms % NEWS_EACH_MS < 0);
}

static bool is_told(const struct news *news, int64_t now_ms)
{
    return news->count > 0 && now_ms - news->fetched_ms < NEWS_AGE_MAX_MS;
}

const char *news_at(const struct news *news, int64_t now_ms)
{
    if (!is_told(news, now_ms)) {
        return NULL;
    }
    int64_t index = turn_of(now_ms) % news->count;
    return news->titles[index < 0 ? index + news->count : index];
}

int64_t news_next_change_ms(const struct news *news, int64_t now_ms)
{
    if (!is_told(news, now_ms)) {
        return TIME_NEVER_MS;
    }
    int64_t end_ms = news->fetched_ms + NEWS_AGE_MAX_MS;
    int64_t turn_ms = (turn_of(now_ms) + 1) * NEWS_EACH_MS;
    return news->count > 1 && turn_ms < end_ms ? turn_ms : end_ms;
}
