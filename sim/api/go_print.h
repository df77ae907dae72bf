/* Go's fmt package over values as Go has them: Sprint, Sprintln, Sprintf. */
#ifndef API_GO_PRINT_H
#define API_GO_PRINT_H

#include "api/go_value.h"

/* No text that a template makes may grow beyond this; what would is cut off, and the template fails. */
#define GO_TEXT_MAX ((size_t)16 << 20)

/* fmt.Sprint: blanks between two values of which neither is a text. */
void go_print(struct str *out, const struct go_value *values, size_t n);
void go_println(struct str *out, const struct go_value *values, size_t n);
void go_printf(struct str *out, const char *format, size_t len, const struct go_value *values, size_t n);
/* One value by %v, %s .. and with '#' before it by %#v. */
void go_print_value(struct str *out, const struct go_value *value, char verb, bool sharp);
/* What is in an object by %v: map[app:web], [1 2], <nil>; sharp: by %#v. */
void go_print_tree(struct str *out, const struct value *tree, bool sharp);

#endif
