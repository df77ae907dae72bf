/* How the server's merge takes a value apart: what the schema says of a type and of the field that has it. */
#ifndef API_SHAPE_H
#define API_SHAPE_H

#include "api/fieldset.h"

enum shape_form {
	SHAPE_TEXT,	/* scalars: of a string, a number, a truth, or any */
	SHAPE_NUMBER,
	SHAPE_BOOL,
	SHAPE_ANY,
	SHAPE_FREE,	/* what the schema says nothing of */
	SHAPE_STRUCT,
	SHAPE_MAP,
	SHAPE_ATOMIC_STRUCT,
	SHAPE_ATOMIC_MAP,
	SHAPE_ATOMIC_LIST,
	SHAPE_SET,	/* a list of scalars, each once */
	SHAPE_KEYED,	/* a list of structs, told apart by some of their fields */
};

struct shape {
	enum shape_form form;
	const char *type;
	const char *keys;	/* of SHAPE_KEYED: "port,protocol" */
};

extern const struct shape shape_free;	/* of a field that doesn't exist */
struct shape shape_of(const char *type);	/* of a value that stands alone */
/* Of the field of a struct; false: it has none of that name. */
bool shape_field(const struct shape *shape, const char *name, struct shape *field);
/* Of the elements of a list or map; arena may have to hold the type's name. */
struct shape shape_element(const struct shape *shape, struct arena *arena);
bool shape_is_list(const struct shape *shape);
bool shape_is_leaf(const struct shape *shape);	/* one piece */

/* What a map's entry or a list's element is called in a path; -1: the element has none of the keys. */
struct fieldset_element shape_name_field(const char *name, struct arena *arena);
int shape_name_item(const struct shape *list, const struct value *item, struct arena *arena,
	struct fieldset_element *out);

#endif
