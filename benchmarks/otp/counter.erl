%% The server that the rows ask, tell, start and stop: what it was told, counted in order.
-module(counter).
-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2, terminate/2]).

init({Started, Stopped}) ->
    counters:add(Started, 1, 1),
    {ok, Stopped};
init(Count) -> {ok, Count}.

handle_call({add, By}, _From, Count) -> {reply, Count + By, Count + By};
handle_call(take, _From, Count) -> {reply, Count, 0}.

%% A cast out of order has no clause: the server crashes and the row fails.
handle_cast({next, Count}, Count) -> {noreply, Count + 1}.

terminate(_Reason, Count) when is_integer(Count) -> ok;
terminate(_Reason, Stopped) -> counters:add(Stopped, 1, 1).
