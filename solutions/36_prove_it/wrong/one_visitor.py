"""One visitor at a time: nobody is there to be held up, or mixed up with.

fails: test_visitors_who_wait_for_each_other_are_rejected = wrong-accepted
fails: test_mixed_visitors_are_rejected = wrong-accepted
"""

del test_many_visitors
