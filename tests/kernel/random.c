#include "random.h"

#include "draw.h"

#define FIRST_NODE_PORT 30080u

unsigned
draw_below(struct draw *d, unsigned n)
{
	return (unsigned)rng_below(&d->rng, n);
}

bool
draw_sometimes(struct draw *d, unsigned percent)
{
	return draw_below(d, 100) < percent;
}

const char *
draw_word(struct draw *d, const char *const *words)
{
	unsigned n = 0;

	while (words[n])
		n++;
	return words[draw_below(d, n)];
}

bool
random_cluster(uint64_t seed, struct str *yaml)
{
	struct draw d = { .yaml = yaml, .node_port = FIRST_NODE_PORT };
	bool stored;

	rng_init(&d.rng, seed);
	stored = draw_sometimes(&d, 70);
	d.dual_stack = draw_sometimes(&d, 50);
	d.nodes = 1 + draw_below(&d, 3);
	draw_settings(&d);
	for (unsigned i = 1; i <= d.nodes; i++)
		draw_node(&d, i);
	if (stored)
		draw_stored(&d);
	else
		draw_made(&d);
	return stored;
}
