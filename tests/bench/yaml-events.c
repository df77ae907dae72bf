/* Parses a YAML file with libyaml alone, event by event: what loading it can't be faster than. */
#include <stdio.h>
#include <yaml.h>

int
main(int argc, char **argv)
{
	FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;
	yaml_parser_t parser;
	yaml_event_t event;
	long events = 0;
	int type = YAML_NO_EVENT;

	if (!file || !yaml_parser_initialize(&parser))
		return 2;
	yaml_parser_set_input_file(&parser, file);
	while (type != YAML_STREAM_END_EVENT) {
		if (!yaml_parser_parse(&parser, &event))
			return 1;
		type = event.type;
		events++;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	fclose(file);
	printf("%ld events\n", events);
	return 0;
}
