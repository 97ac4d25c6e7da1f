/**
 * SDL's keys in the kernel's codes, so that a key has one name wherever it is read.
 */
#ifndef ROOMSIGN_SDL_KEYS_H
#define ROOMSIGN_SDL_KEYS_H

struct SDL_Keysym;

/**
 * The code (linux/input-event-codes.h) of the key that types the same on a US keyboard, so that the
 * key marked E is KEY_E on every layout; what types + is KEY_KPPLUS. A letter of another script and
 * a key that types nothing are known by their place. 0: the kernel's name of it isn't known here.
 */
int sdl_key_code(const struct SDL_Keysym *keysym);

#endif
