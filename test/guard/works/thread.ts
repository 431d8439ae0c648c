import { serve } from "troupe/resources/threads";

serve((n: number): number => n + 1);
