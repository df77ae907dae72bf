#include "exam/csv.h"

#include <string.h>

void
csv_cell(struct str *out, const char *text)
{
	str_addch(out, '"');
	if (*text != '\0' && strchr("=+-@\t\r", *text) != NULL)
		str_addch(out, '\'');
	for (; *text != '\0'; text++) {
		if (*text == '"')
			str_addch(out, '"');
		str_addch(out, *text);
	}
	str_addch(out, '"');
}
