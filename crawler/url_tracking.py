"""Query parameters that say how a reader came, never which story it is."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Click ids of advertising,
# campaign ids of mail and analytics, the place of the click. Lower case; matched in any case.
# Sources: the vendors' campaign documentation and links seen in feeds.
TRACKING_PARAMETERS = _names("""
    fbclid gclid gclsrc dclid gbraid wbraid msclkid yclid ysclid twclid ttclid li_fat_id epik
    igshid igsh mibextid rb_clickid s_kwcid ef_id srsltid _openstat

    mc_cid mc_eid mkt_tok _hsenc _hsmi __hstc __hssc __hsfp hsctatracking vero_id vero_conv
    oly_anon_id oly_enc_id wickedid sfmc_id nlid

    _ga _gl xtor maca wt_mc wt_zmc wtmc cmpid ocid ncid intcid intcmp icid ftag mbid cndid ito
    smid smtyp emc sref sara_ecid sara_ref traffic_source internal_source
    ns_mchannel ns_source ns_campaign ns_linkname ns_fee
    soc_src soc_trk sr_share xing_share __twitter_impression _branch_match_id
    guccounter guce_referrer guce_referrer_sig amp_js_v amp_gsa usqp

    ref_src ref_url refsrc ref_source referrer referer reflink
""")
TRACKING_PREFIXES = ("utm_", "pk_", "mtm_", "piwik_", "matomo_", "hsa_", "at_", "wt.", "cm_mmc")
# The same names are ids elsewhere (article.php?ref=4711): dropped only where no digit is in them.
AMBIGUOUS_PARAMETERS = _names("ref src source partner cmp rss feed share")


def is_tracking(name: str, value: str) -> bool:
    """Whether a parameter (lower-case name, unescaped value) only says how a reader came."""
    if name in TRACKING_PARAMETERS or name.startswith(TRACKING_PREFIXES):
        return True
    return name in AMBIGUOUS_PARAMETERS and not any(char.isdigit() for char in value)
