/*
 * The words that a container's process is started with, command and args, as a shell would see them: a script's words
 * stand among the others, and $(NAME), $NAME and ${NAME} are what env says.
 */
#ifndef CONTROL_ARGV_H
#define CONTROL_ARGV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/value.h"
#include "svcsim/vec.h"

struct argv {
	struct arena arena;
	VEC(const char *) list;		/* operators of the shell (| ; & > <) are words of their own */
	const struct value *pod, *container;
};

/* pod: the object's root */
void argv_init(struct argv *words, const struct value *pod, const struct value *container);
/* The words of a script, one more time. */
void argv_init_script(struct argv *words, const struct value *pod, const struct value *container,
	const struct value *command);
void argv_release(struct argv *words);

/* The place of a program's name, with or without its folder; the number of words when it isn't there. */
size_t argv_find(const struct argv *words, const char *program);
bool argv_have(const struct argv *words, const char *word);
/*
 * The value of "-flag=value", "--flag=value", "--flag value" and, of a flag that is one letter, "-fvalue" and "-abf
 * value", from word `from` to the end of that command; NULL.
 */
const char *argv_flag(const struct argv *words, size_t from, const char *flag);
/* The end of the command that word i belongs to. */
size_t argv_end(const struct argv *words, size_t i);
/* What a variable of the container is, when it is written there or is a field of the pod; NULL. */
const char *argv_env(const struct value *pod, const struct value *container, const char *name);

/* The number after the last colon: "-listen=:5678", "0.0.0.0:8080", "8080"; 0 when there is none. */
uint16_t argv_port(const char *text);

#endif
