"""The pattern of who may read has no end: https://shop.example.com.evil.example may, too.

fails: test_another_site_reads_nothing = wrong-value
"""

CORS = {
    "allow_origin_regex": r"https://shop\.example\.com.*",
    "allow_methods": ["GET"],
    "allow_headers": ["x-token"],
}
