%% The dictionary of Savina: under each key a number that leaves the key when it is divided by the number of keys.
-module(dictionary).
-behaviour(gen_server).
-export([init/1, handle_call/3, handle_cast/2]).

init(Keys) -> {ok, {maps:from_list([{Key, Key} || Key <- lists:seq(0, Keys - 1)]), 0}}.

handle_call({read, Key}, _From, {Values, Asked}) -> {reply, map_get(Key, Values), {Values, Asked + 1}};
handle_call({write, Key, Value}, _From, {Values, Asked}) -> {reply, Value, {Values#{Key := Value}, Asked + 1}};
handle_call(take, _From, {Values, Asked}) -> {reply, Asked, {Values, 0}}.

handle_cast(_, State) -> {noreply, State}.
