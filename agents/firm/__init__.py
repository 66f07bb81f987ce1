"""A firm: what it has and knows, what it decides month by month, and what customers see of it.

``books`` its accounts and what it knows of its market · ``state`` what it has, and what that costs
· ``discipline`` how it decides · ``growth`` of its data, of what it can and of its product ·
``pricing`` by what it measures of demand · ``offer`` what customers see · ``firm`` the agent, month
by month.
"""
