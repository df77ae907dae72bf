/* Run by the build: writes the README's cluster as the C source that the program is linked with. */
#include <stdio.h>

#include "ready.h"

int
main(void)
{
	struct str text = STR_INIT;

	ready_write(&text);
	fputs("extern const char svcsim_ready[];\nconst char svcsim_ready[] =\n\t\"", stdout);
	for (size_t i = 0; i < text.len; i++) {
		if (text.buf[i] == '"' || text.buf[i] == '\\')
			putchar('\\');
		if (text.buf[i] == '\n')
			fputs("\\n\"\n\t\"", stdout);
		else
			putchar(text.buf[i]);
	}
	puts("\";");
	str_release(&text);
	return 0;
}
