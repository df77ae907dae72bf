#include "term/size.h"

#include <sys/ioctl.h>

bool
term_size(int fd, unsigned *columns, unsigned *lines)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) || !size.ws_col || !size.ws_row)
		return false;
	*columns = size.ws_col;
	*lines = size.ws_row;
	return true;
}
