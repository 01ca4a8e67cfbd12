// SPDX-License-Identifier: GPL-2.0

#include <linux/mm.h>

#ifndef CONFIG_HIGHMEM
__rust_helper void *rust_helper_page_address(const struct page *page)
{
	return page_address(page);
}
#endif

__rust_helper struct folio *rust_helper_page_folio(struct page *page)
{
	return page_folio(page);
}

__rust_helper unsigned long rust_helper_folio_nr_pages(const struct folio *folio)
{
	return folio_nr_pages(folio);
}

#ifdef CONFIG_RUST_MM_KUNIT_TEST
__rust_helper int rust_helper_page_count(const struct page *page)
{
	return page_count(page);
}

__rust_helper bool rust_helper_page_dirty(const struct page *page)
{
	return PageDirty(page);
}
#endif
