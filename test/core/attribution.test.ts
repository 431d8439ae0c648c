import { noAttribution } from "../../src/core/attribution.ts";
import { attributionContract } from "../contracts/attribution.contract.ts";

attributionContract("noAttribution", noAttribution, { knowsOwners: false });
