"""In its world nothing ever fails.

fails: test_a_hidden_failure_is_rejected = wrong-accepted
fails: test_a_500_is_rejected = wrong-accepted
"""

del test_each_failure
