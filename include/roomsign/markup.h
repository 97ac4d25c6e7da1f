/**
 * Markdown and HTML taken out of what is shown as plain text: titles, names, rooms.
 *
 * Speakers write Markdown into their titles (FOSDEM's are full of `code`), and publishers escape
 * for the web what goes into a calendar (Sched's `Q&amp;A`). Whatever the format, its decoder has
 * undone the format's own escaping: what still is an entity then was escaped twice, and is undone
 * once more, never further, so that `&amp;lt;b&gt;` shows as `&lt;b>`. Tags are taken out before
 * entities turn into characters: `&lt;b&gt;` is a title about a tag.
 *
 * Taken out are only known HTML tags that are closed again (or `<br>` and its like), pairs of
 * `*`, `**`, `***`, `_`, `__`, `~~` around words, code between backquotes (whose content stays as
 * it is), and `[text](address)`. Everything else is a title: `Vec<T>`, `a < b`, `5 * 3 * 2`,
 * `snake_case_name`, `__init__`, `[Mega Game] Two Rooms`.
 */
#ifndef ROOMSIGN_MARKUP_H
#define ROOMSIGN_MARKUP_H

/** Marks of one text that may turn out to have no other end; what follows them stays as it is. */
#define MARKUP_TRIES_MAX 64
/** Marks within marks. */
#define MARKUP_DEPTH_MAX 8

/** Replace *text by itself without markup, clean (utf8_clean), freeing the old. A text of nothing
 *  but markup stays. */
void markup_strip(char **text);

/** Decode entities alone, once, in place: of places, whose lines matter. */
void markup_decode(char *text);

#endif
