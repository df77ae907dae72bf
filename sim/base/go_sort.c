/*
 * A quicksort that falls back to a heap when its pivots are bad, and to insertion for short runs: pdqsort.  Follows
 * zsortinterface.go of Go 1.23's sort, step by step, as it is the steps that decide where equal things end up.
 */
#include "base/go_sort.h"

#include <stdint.h>

#define INSERTION_MAX 12
#define NINTHER_MIN 50		/* from so many on a pivot is the median of three medians */
#define SWAPS_MAX 12		/* as many as choosing it can take */
#define STEPS_MAX 5
#define SHIFTING_MIN 50

enum hint { UNKNOWN, INCREASING, DECREASING };

static bool
less(const struct go_sort *sort, size_t i, size_t j)
{
	return sort->less(sort->data, i, j);
}

static void
swap(const struct go_sort *sort, size_t i, size_t j)
{
	sort->swap(sort->data, i, j);
}

static void
insertion_sort(const struct go_sort *sort, size_t a, size_t b)
{
	for (size_t i = a + 1; i < b; i++)
		for (size_t j = i; j > a && less(sort, j, j - 1); j--)
			swap(sort, j, j - 1);
}

static void
sift_down(const struct go_sort *sort, size_t root, size_t end, size_t first)
{
	for (;;) {
		size_t child = 2 * root + 1;

		if (child >= end)
			return;
		if (child + 1 < end && less(sort, first + child, first + child + 1))
			child++;
		if (!less(sort, first + root, first + child))
			return;
		swap(sort, first + root, first + child);
		root = child;
	}
}

static void
heap_sort(const struct go_sort *sort, size_t a, size_t b)
{
	size_t n = b - a;

	for (size_t i = (n - 1) / 2 + 1; i-- > 0; )
		sift_down(sort, i, n, a);
	for (size_t i = n; i-- > 0; ) {
		swap(sort, a, a + i);
		sift_down(sort, 0, i, a);
	}
}

static size_t
bit_length(size_t n)
{
	size_t bits = 0;

	for (; n; n >>= 1)
		bits++;
	return bits;
}

/* Scatters some in the middle, by numbers that only the length decides. */
static void
break_patterns(const struct go_sort *sort, size_t a, size_t b)
{
	size_t n = b - a, middle = a + n / 4 * 2;
	uint64_t random = n, mask = ((uint64_t)1 << bit_length(n)) - 1;

	if (n < 8)
		return;
	for (size_t i = middle - 1; i <= middle + 1; i++) {
		size_t other;

		random ^= random << 13;
		random ^= random >> 17;
		random ^= random << 5;
		other = (size_t)(random & mask);
		swap(sort, i, a + (other >= n ? other - n : other));
	}
}

static void
order_two(const struct go_sort *sort, size_t *a, size_t *b, unsigned *swaps)
{
	size_t first = *a;

	if (!less(sort, *b, *a))
		return;
	++*swaps;
	*a = *b;
	*b = first;
}

static size_t
median(const struct go_sort *sort, size_t a, size_t b, size_t c, unsigned *swaps)
{
	order_two(sort, &a, &b, swaps);
	order_two(sort, &b, &c, swaps);
	order_two(sort, &a, &b, swaps);
	return b;
}

static size_t
choose_pivot(const struct go_sort *sort, size_t a, size_t b, enum hint *hint)
{
	size_t n = b - a, i = a + n / 4, j = a + n / 4 * 2, k = a + n / 4 * 3;
	unsigned swaps = 0;

	if (n >= NINTHER_MIN) {
		i = median(sort, i - 1, i, i + 1, &swaps);
		j = median(sort, j - 1, j, j + 1, &swaps);
		k = median(sort, k - 1, k, k + 1, &swaps);
	}
	if (n >= 8)
		j = median(sort, i, j, k, &swaps);
	*hint = swaps == 0 ? INCREASING : swaps == SWAPS_MAX ? DECREASING : UNKNOWN;
	return j;
}

/* Whether few enough were out of order that all are in it now. */
static bool
partial_insertion_sort(const struct go_sort *sort, size_t a, size_t b)
{
	size_t i = a + 1;

	for (int step = 0; step < STEPS_MAX; step++) {
		while (i < b && !less(sort, i, i - 1))
			i++;
		if (i == b)
			return true;
		if (b - a < SHIFTING_MIN)
			return false;
		swap(sort, i, i - 1);
		for (size_t j = i - 1; i - a >= 2 && j >= 1 && less(sort, j, j - 1); j--)
			swap(sort, j, j - 1);
		for (size_t j = i + 1; b - i >= 2 && j < b && less(sort, j, j - 1); j++)
			swap(sort, j, j - 1);
	}
	return false;
}

/* Those below the pivot before it, the others behind; where the pivot is then. */
static size_t
partition(const struct go_sort *sort, size_t a, size_t b, size_t pivot, bool *was_partitioned)
{
	size_t i = a + 1, j = b - 1;

	swap(sort, a, pivot);
	*was_partitioned = true;
	for (;;) {
		while (i <= j && less(sort, i, a))
			i++;
		while (i <= j && !less(sort, j, a))
			j--;
		if (i > j)
			break;
		*was_partitioned = false;
		swap(sort, i++, j--);
	}
	swap(sort, j, a);
	return j;
}

/* Where none is below the pivot: those that equal it first; where the others begin. */
static size_t
partition_equal(const struct go_sort *sort, size_t a, size_t b, size_t pivot)
{
	size_t i = a + 1, j = b - 1;

	swap(sort, a, pivot);
	for (;;) {
		while (i <= j && !less(sort, a, i))
			i++;
		while (i <= j && less(sort, a, j))
			j--;
		if (i > j)
			return i;
		swap(sort, i++, j--);
	}
}

static void
pdq_sort(const struct go_sort *sort, size_t a, size_t b, size_t limit)
{
	bool was_balanced = true, was_partitioned = true;

	while (b - a > INSERTION_MAX) {
		size_t n = b - a, pivot, middle;
		enum hint hint;

		if (!limit) {
			heap_sort(sort, a, b);
			return;
		}
		if (!was_balanced) {
			break_patterns(sort, a, b);
			limit--;
		}
		pivot = choose_pivot(sort, a, b, &hint);
		if (hint == DECREASING) {
			for (size_t i = a, j = b - 1; i < j; i++, j--)
				swap(sort, i, j);
			pivot = b - 1 - (pivot - a);
			hint = INCREASING;
		}
		if (was_balanced && was_partitioned && hint == INCREASING && partial_insertion_sort(sort, a, b))
			return;
		if (a > 0 && !less(sort, a - 1, pivot)) {
			a = partition_equal(sort, a, b, pivot);
			continue;
		}
		middle = partition(sort, a, b, pivot, &was_partitioned);
		if (middle - a < b - middle) {
			was_balanced = middle - a >= n / 8;
			pdq_sort(sort, a, middle, limit);
			a = middle + 1;
		} else {
			was_balanced = b - middle >= n / 8;
			pdq_sort(sort, middle + 1, b, limit);
			b = middle;
		}
	}
	insertion_sort(sort, a, b);
}

void
go_sort(const struct go_sort *sort, size_t n)
{
	if (n > 1)
		pdq_sort(sort, 0, n, bit_length(n));
}
