#include "screen/list.h"

#include "term/term.h"

#define PAGE 10

static void
go(struct list *list, size_t at)
{
	list->at = !list->n ? 0 : at >= list->n ? list->n - 1 : at;
}

bool
list_key(struct list *list, int key)
{
	switch (key) {
	case TERM_UP:
	case 'k':
		go(list, list->at ? list->at - 1 : 0);
		return true;
	case TERM_DOWN:
	case 'j':
		go(list, list->at + 1);
		return true;
	case TERM_PAGE_UP:
		go(list, list->at > PAGE ? list->at - PAGE : 0);
		return true;
	case TERM_PAGE_DOWN:
		go(list, list->at + PAGE);
		return true;
	case TERM_HOME:
		go(list, 0);
		return true;
	case TERM_END:
		go(list, list->n);
		return true;
	default:
		return false;
	}
}

size_t
list_first(const struct list *list, int height)
{
	size_t fits = height > 0 ? (size_t)height : 1;

	return list->at >= fits ? list->at - fits + 1 : 0;
}
