/* Run by the build: writes the README's cluster as the C source that the program is linked with. */
#include <stdio.h>

#include "ready.h"

int
main(void)
{
	struct str text = STR_INIT;

	ready_write(&text);
	fputs(text.buf, stdout);
	str_release(&text);
	return 0;
}
